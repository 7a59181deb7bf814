import type {
  IExecuteFunctions,
  IHookFunctions,
  IHttpRequestOptions,
  ILoadOptionsFunctions,
  IN8nHttpFullResponse,
} from 'n8n-workflow';
import type { HttpAnswer } from './answer';
import { withoutSecret } from './known-secret';

/** Where a node may call an API from. */
export type CallingContext = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions;

/** With what a call is made. */
export interface Sender {
  /** The type of the credential. */
  credential: string;
  /** Its secrets, which no answer brings back. */
  secrets: readonly string[];
  /** Milliseconds until the call counts as unanswered. */
  timeoutMs: number;
}

/**
 * Sends a request with a credential and gives the answer whatever its status; rejects only when no complete answer came. It
 * goes through n8n's HTTP helper, so that its proxies and outbound policy hold; no redirect is followed.
 */
export async function sendWith(
  context: CallingContext,
  { credential, secrets, timeoutMs }: Sender,
  request: Pick<IHttpRequestOptions, 'method' | 'url' | 'headers' | 'qs' | 'body'>,
): Promise<HttpAnswer> {
  const options: IHttpRequestOptions = {
    ...request,
    headers: { Accept: 'application/json', ...request.headers },
    timeout: timeoutMs,
    encoding: 'text',
    disableFollowRedirect: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  };
  const answer = await context.helpers.httpRequestWithAuthentication.call(context, credential, options);
  const { body, headers, statusCode } = answer as IN8nHttpFullResponse;
  const text = typeof body === 'string' ? body : JSON.stringify(body ?? '');
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    text: secrets.reduce((rest, secret) => withoutSecret(secret)(rest), text),
  };
}

import type { IExecuteFunctions, IHttpRequestMethods, IHttpRequestOptions, IN8nHttpFullResponse } from 'n8n-workflow';
import { isRedirect } from '../../http/redirects';
import { withoutSecret } from '../../http/known-secret';
import { failureOfAnswer, failureOfNetwork, failureOfRedirect, maskedFailure } from './failures';
import type { Failure } from './failure-texts';

export const CREDENTIAL = 'leadSyncSupabaseApi';

/** The key of the node's credential, for what is signed with it. */
export async function serviceKeyOf(context: IExecuteFunctions): Promise<string> {
  return (await context.getCredentials<{ serviceKey: string }>(CREDENTIAL)).serviceKey;
}

/** Supabase ends API calls after 60 s; the rest is the way there and back. */
const TIMEOUT_MS = 65_000;

/** Set by the credential; supabase-js would send its own. */
const CREDENTIAL_HEADERS = ['apikey', 'authorization'];

/** A call that got no answer, or one that says that it failed. */
export class CallError extends Error {
  override name = 'CallError';

  readonly failure: Failure;

  constructor(failure: Failure) {
    const masked = maskedFailure(failure);
    super(masked.detail);
    this.failure = masked;
  }
}

function headersOf(init: RequestInit | undefined): Record<string, string> {
  const headers = new Headers(init?.headers);
  CREDENTIAL_HEADERS.forEach((name) => headers.delete(name));
  return Object.fromEntries(headers);
}

async function answerOf(
  context: IExecuteFunctions,
  request: IHttpRequestOptions,
): Promise<{ answer: IN8nHttpFullResponse } | { failure: Failure }> {
  try {
    const answer: unknown = await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, request);
    return { answer: answer as IN8nHttpFullResponse };
  } catch (error) {
    return { failure: failureOfNetwork(error) };
  }
}

/**
 * `fetch` over n8n's HTTP helper, so that its proxies, outbound policy and credentials hold. The execution's cancel
 * signal ends the request. Redirects are not followed, and no answer brings the key back.
 * @param serviceKey as in the credential
 * @throws CallError for everything but a success
 */
export function n8nFetch(context: IExecuteFunctions, serviceKey: string): typeof fetch {
  const withoutKey = withoutSecret(serviceKey.trim());
  return async (input, init) => {
    const sent = await answerOf(context, {
      url: input instanceof Request ? input.url : String(input),
      method: (init?.method ?? 'GET') as IHttpRequestMethods,
      headers: headersOf(init),
      body: init?.body as string | undefined,
      encoding: 'text',
      disableFollowRedirect: true,
      returnFullResponse: true,
      ignoreHttpStatusErrors: true,
      timeout: TIMEOUT_MS,
    });
    if ('failure' in sent) throw new CallError(sent.failure);
    const { body, headers, statusCode } = sent.answer;
    if (isRedirect(statusCode)) throw new CallError(failureOfRedirect(statusCode, headers.location));
    const text = withoutKey(typeof body === 'string' ? body : JSON.stringify(body));
    if (statusCode >= 400) throw new CallError(failureOfAnswer(statusCode, text));
    return new Response(text, { headers: { 'content-type': 'application/json' } });
  };
}

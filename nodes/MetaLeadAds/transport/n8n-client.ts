import {
  sleep,
  type IExecuteFunctions,
  type IHookFunctions,
  type IHttpRequestOptions,
  type ILoadOptionsFunctions,
  type IN8nHttpFullResponse,
} from 'n8n-workflow';
import { InputError } from '../../errors/input-error';
import { withoutSecret } from '../../http/known-secret';
import { graphUrl, type MetaCredentials } from './address';
import { GraphClient, type GraphRequest } from './client';
import type { HttpAnswer } from './failures';

export const CREDENTIAL = 'leadSyncMetaLeadAdsApi';

/** A batch of 50 leads takes a few seconds. */
export const DEFAULT_TIMEOUT_MS = 60_000;
/** Three calls that wait as long end before the claim of their hints does, which is 10 minutes (`claim_intake`). */
export const DEFAULT_MAX_WAIT_MS = 120_000;

/** Where a node may call Meta from. */
type CallingContext = IExecuteFunctions | ILoadOptionsFunctions | IHookFunctions;

export interface ConnectOptions {
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait while Meta throttles. */
  maxWaitMs?: number;
}

/**
 * The Graph API as the node's credential reaches it. Requests go through n8n's HTTP helper, so that its proxies and
 * outbound policy hold; no redirect is followed, and no answer brings token or secret back.
 * @throws InputError when the credential cannot be used
 */
export async function connect(context: CallingContext, options: ConnectOptions = {}): Promise<GraphClient> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
  const signal = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
  const { url, secrets } = usable(await context.getCredentials<MetaCredentials & Record<string, unknown>>(CREDENTIAL));
  const clean = (text: string): string => secrets.reduce((rest, secret) => withoutSecret(secret)(rest), text);
  return new GraphClient({
    send: async (request) => await send(context, url, request, timeoutMs, clean),
    now: () => performance.now(),
    sleep: async (milliseconds) => await sleep(milliseconds, signal),
    log: (message) => context.logger.info(`Meta Lead Ads: ${message}`),
    maxWaitMs,
    version: url.slice(url.lastIndexOf('/') + 1),
  });
}

function usable(credentials: MetaCredentials): { url: string; secrets: string[] } {
  const url = graphUrl(credentials);
  const { accessToken = '', appSecret = '' } = credentials;
  if (url === null) {
    throw new InputError(
      'The base URL or the version in the Meta Lead Ads credential cannot be used',
      'Leave them as https://graph.facebook.com and e.g. v26.0.',
    );
  }
  if (accessToken.trim() === '') {
    throw new InputError(
      'The Meta Lead Ads credential has no access token',
      'Make one of a system user who may read the leads of your pages, or of the page.',
    );
  }
  return { url, secrets: [accessToken.trim(), appSecret.trim()].filter((secret) => secret !== '') };
}

async function send(
  context: CallingContext,
  url: string,
  { method, path, query, form }: GraphRequest,
  timeout: number,
  clean: (text: string) => string,
): Promise<HttpAnswer> {
  const options: IHttpRequestOptions = {
    method,
    url: `${url}/${path}`,
    headers: {
      Accept: 'application/json',
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
    },
    ...(query === undefined ? {} : { qs: query }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
    timeout,
    encoding: 'text',
    disableFollowRedirect: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  };
  const answer = await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, options);
  const { body, headers, statusCode } = answer as IN8nHttpFullResponse;
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    text: clean(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
  };
}

import { sleep } from 'n8n-workflow';
import { InputError } from '../../errors/input-error';
import type { HttpAnswer } from '../../http/answer';
import { sendWith, type CallingContext, type Sender } from '../../http/send';
import { graphUrl, type MetaCredentials } from './address';
import { GraphClient, type GraphRequest } from './client';

export const CREDENTIAL = 'leadSyncMetaLeadAdsApi';

/** A batch of 50 leads takes a few seconds. */
export const DEFAULT_TIMEOUT_MS = 60_000;
/** Three calls that wait as long end before the claim of their hints does, which is 10 minutes (`claim_intake`). */
export const DEFAULT_MAX_WAIT_MS = 120_000;

export interface ConnectOptions {
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait while Meta throttles. */
  maxWaitMs?: number;
}

/**
 * The Graph API as the node's credential reaches it; no answer brings token or secret back.
 * @throws InputError when the credential cannot be used
 */
export async function connect(context: CallingContext, options: ConnectOptions = {}): Promise<GraphClient> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
  const signal = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
  const { url, secrets } = usable(await context.getCredentials<MetaCredentials & Record<string, unknown>>(CREDENTIAL));
  const sender = { credential: CREDENTIAL, secrets, timeoutMs };
  return new GraphClient({
    send: async (request) => await send(context, url, request, sender),
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

/** @param url of the Graph API with its version */
async function send(
  context: CallingContext,
  url: string,
  { method, path, query, form, token }: GraphRequest,
  sender: Sender,
): Promise<HttpAnswer> {
  const from: Sender = token === undefined ? sender : { ...sender, secrets: [...sender.secrets, token] };
  return await sendWith(context, from, {
    method,
    url: `${url}/${path}`,
    headers: {
      ...(form === undefined ? {} : { 'Content-Type': 'application/x-www-form-urlencoded' }),
      ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
    },
    ...(query === undefined ? {} : { qs: query }),
    ...(form === undefined ? {} : { body: new URLSearchParams(form).toString() }),
  });
}

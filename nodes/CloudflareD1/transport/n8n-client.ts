import { sleep, type IExecuteFunctions, type IHttpRequestOptions, type IN8nHttpFullResponse } from 'n8n-workflow';
import { InputError } from '../../errors/input-error';
import { withoutSecret } from '../../http/known-secret';
import { isCloudflare, queryUrl } from './address';
import { D1Client } from './client';
import type { HttpAnswer } from './failures';

export const CREDENTIAL = 'leadSyncCloudflareD1Api';

/** D1 ends a query after 30 s; a batch has several. */
export const DEFAULT_TIMEOUT_MS = 65_000;
/** Less than a run's lease of 5 minutes (`lead_sync.settings`): a call that waits longer than it has lost its run. */
export const DEFAULT_MAX_WAIT_MS = 240_000;

export interface ConnectOptions {
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait while Cloudflare throttles. */
  maxWaitMs?: number;
  /** Ends waiting; the execution's own cancel signal unless given. */
  signal?: AbortSignal;
}

interface Credentials {
  baseUrl?: string;
  accountId?: string;
  databaseId?: string;
  apiToken?: string;
}

/**
 * The database of the node's credential. Requests go through n8n's HTTP helper, so that its proxies and outbound policy
 * hold; no redirect is followed, and no answer brings the token back.
 * @throws InputError when the credential cannot be used
 */
export async function connect(context: IExecuteFunctions, options: ConnectOptions = {}): Promise<D1Client> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
  const signal = options.signal ?? context.getExecutionCancelSignal();
  const { url, token } = usable(await context.getCredentials<Credentials & Record<string, unknown>>(CREDENTIAL));
  const withoutToken = withoutSecret(token);
  return new D1Client({
    send: async (body) => await send(context, { url, body, timeout: timeoutMs }, withoutToken),
    now: () => performance.now(),
    sleep: async (milliseconds) => await sleep(milliseconds, signal),
    log: (message) => context.logger.info(`Cloudflare D1: ${message}`),
    maxWaitMs,
  });
}

function usable({ baseUrl = '', accountId = '', databaseId = '', apiToken = '' }: Credentials): {
  url: string;
  token: string;
} {
  const url = queryUrl({ baseUrl, accountId, databaseId });
  if (url === null) {
    throw new InputError(
      'The base URL in the Cloudflare D1 credential is not a web address',
      'Leave it as https://api.cloudflare.com/client/v4, or enter the address of your Worker.',
    );
  }
  if (isCloudflare(baseUrl) && (accountId.trim() === '' || databaseId.trim() === '')) {
    throw new InputError(
      'The Cloudflare D1 credential lacks the ID of the account or of the database',
      'Copy both from the dashboard of Cloudflare, under Storage & databases → D1.',
    );
  }
  if (apiToken.trim() === '') {
    throw new InputError(
      'The Cloudflare D1 credential has no token',
      'Create one in Cloudflare under My Profile → API Tokens with the permission D1 Edit, or enter the ADMIN_TOKEN of your Worker.',
    );
  }
  return { url, token: apiToken.trim() };
}

async function send(
  context: IExecuteFunctions,
  request: Pick<IHttpRequestOptions, 'url' | 'body' | 'timeout'>,
  withoutToken: (text: string) => string,
): Promise<HttpAnswer> {
  const { body, headers, statusCode } = (await context.helpers.httpRequestWithAuthentication.call(context, CREDENTIAL, {
    ...request,
    method: 'POST',
    headers: { Accept: 'application/json', 'Content-Type': 'application/json' },
    encoding: 'text',
    disableFollowRedirect: true,
    returnFullResponse: true,
    ignoreHttpStatusErrors: true,
  })) as IN8nHttpFullResponse;
  return {
    status: statusCode,
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)])),
    text: withoutToken(typeof body === 'string' ? body : JSON.stringify(body ?? '')),
  };
}

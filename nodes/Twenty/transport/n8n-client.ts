import { createHash } from 'node:crypto';
import { sleep } from 'n8n-workflow';
import type { HttpAnswer } from '../../http/answer';
import { sendWith, type CallingContext } from '../../http/send';
import { operationError } from '../../errors/operation-error';
import { TwentyClient, type HttpRequest } from './client';
import { sharedRateBudget, type Clock } from './rate-budget';
import { readTwentyUrl } from './url';
import { workspaceOf } from './workspace-of-key';

export const CREDENTIAL = 'leadSyncTwentyApi';

const REAL_CLOCK: Clock = {
  now: () => performance.now(),
  sleep: async (milliseconds, signal) => await sleep(milliseconds, signal),
};

export interface ConnectOptions {
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait for the rate limit in all. */
  maxWaitMs?: number;
  /** Ends waiting for the rate limit; the execution's own cancel signal unless given. */
  signal?: AbortSignal;
}

/**
 * The client for the node's credential: requests go through n8n's HTTP helper, so that its proxy settings and outbound
 * policy hold, follow no redirect, and stop when the execution is cancelled.
 */
export async function connect(context: CallingContext, options: ConnectOptions = {}): Promise<TwentyClient> {
  const { url, apiKey, callsPerMinute } = await context.getCredentials(CREDENTIAL);
  const urls = readTwentyUrl(String(url ?? ''));
  if (!urls) {
    throw operationError(
      context.getNode(),
      'The URL in the Twenty credential is not a web address',
      'Set it to https://api.twenty.com for Twenty Cloud, or to the address of your own server, e.g. https://crm.example.com.',
    );
  }
  if (String(apiKey ?? '').trim() === '') {
    throw operationError(
      context.getNode(),
      'The Twenty credential has no API key',
      'Create one in Twenty under Settings → APIs & Webhooks and put it into the credential.',
    );
  }
  const workspace = workspaceOf(urls.host, String(apiKey).trim());
  return new TwentyClient({
    urls,
    workspace,
    identity: createHash('sha256').update(String(apiKey)).digest('hex'),
    send: async (request) => await send(context, request, String(apiKey).trim()),
    budget: sharedRateBudget(workspace, Number(callsPerMinute), REAL_CLOCK),
    clock: REAL_CLOCK,
    signal: 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined,
    log: (level, message) => context.logger[level](`Twenty ${urls.host}: ${message}`),
    ...options,
  });
}

async function send(
  context: CallingContext,
  { method, url, body, timeoutMs }: HttpRequest,
  apiKey: string,
): Promise<HttpAnswer> {
  const json = body === undefined ? {} : { headers: { 'Content-Type': 'application/json' }, body };
  return await sendWith(context, { credential: CREDENTIAL, secrets: [apiKey], timeoutMs }, { method, url, ...json });
}

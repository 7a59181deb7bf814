import { sleep } from 'n8n-workflow';
import { InputError } from '../../errors/input-error';
import { sendWith, type CallingContext } from '../../http/send';
import { countryCode } from '../../lead/phone';
import { isTimeZone } from '../calls/times';
import type { Account } from '../calls/types';
import { baseUrlOf, CALL_LOG, COUNTRY, TIME_ZONE, type KnowlarityCredentials } from './address';
import { KnowlarityClient } from './client';

export const CREDENTIAL = 'leadSyncKnowlarityApi';

/** A page of 100 calls takes a second or two. */
export const DEFAULT_TIMEOUT_MS = 30_000;
export const DEFAULT_MAX_WAIT_MS = 60_000;

export interface ConnectOptions {
  /** Milliseconds until a request counts as unanswered. */
  timeoutMs?: number;
  /** Milliseconds that one call may wait while Knowlarity throttles. */
  maxWaitMs?: number;
}

/** The call log, and how the account writes times and numbers. */
export interface Connection {
  client: KnowlarityClient;
  account: Account;
}

/**
 * The call log as the node's credential reaches it; no answer brings a key back.
 * @throws InputError when the credential cannot be used
 */
export async function connect(context: CallingContext, options: ConnectOptions = {}): Promise<Connection> {
  const { timeoutMs = DEFAULT_TIMEOUT_MS, maxWaitMs = DEFAULT_MAX_WAIT_MS } = options;
  const signal = 'getExecutionCancelSignal' in context ? context.getExecutionCancelSignal() : undefined;
  const given = await context.getCredentials<KnowlarityCredentials & Record<string, unknown>>(CREDENTIAL);
  const { url, secrets } = usable(given);
  const client = new KnowlarityClient({
    send: async (query) =>
      await sendWith(context, { credential: CREDENTIAL, secrets, timeoutMs }, { method: 'GET', url, qs: query }),
    now: () => performance.now(),
    sleep: async (milliseconds) => await sleep(milliseconds, signal),
    log: (message) => context.logger.info(`Knowlarity: ${message}`),
    maxWaitMs,
  });
  return { client, account: accountOf(given) };
}

function usable(credentials: KnowlarityCredentials): { url: string; secrets: string[] } {
  const base = baseUrlOf(credentials);
  const secrets = [credentials.apiKey, credentials.authorizationToken].map((secret) => (secret ?? '').trim());
  if (base === null) {
    throw new InputError(
      'The base URL in the Knowlarity credential is no address',
      'Leave it as https://kpi.knowlarity.com.',
    );
  }
  if (secrets.includes('')) {
    throw new InputError(
      'The Knowlarity credential lacks the x-api-key or the authorization',
      'Copy both from SuperReceptionist under Settings → API.',
    );
  }
  return { url: `${base}${CALL_LOG}`, secrets };
}

/**
 * How the account writes what calls do not say themselves.
 * @throws InputError when time zone or country are unknown
 */
export function accountOf({ timeZone = '', country = '' }: KnowlarityCredentials): Account {
  const account = { timeZone: timeZone.trim() || TIME_ZONE, country: country.trim() || COUNTRY };
  if (!isTimeZone(account.timeZone)) {
    throw new InputError(
      `The time zone "${account.timeZone}" in the Knowlarity credential is unknown`,
      'Use an IANA name, e.g. Asia/Kolkata.',
    );
  }
  if (countryCode(account.country) === undefined) {
    throw new InputError(
      `The country "${account.country}" in the Knowlarity credential is unknown`,
      'Use two letters, e.g. IN.',
    );
  }
  return account;
}

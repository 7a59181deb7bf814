import { pageOf } from '../../http/pages';
import type { NetworkFailure } from '../../http/network-failures';
import { describeRedirect, isRedirect } from '../../http/redirects';
import { missingTableIn, refusalIn } from '../loops/refusals';

/** Why a call of D1 failed. What a caller does next depends on nothing else. */
export type D1FailureKind =
  | NetworkFailure['category']
  | 'auth'
  | 'not_found'
  | 'wrong_url'
  | 'firewall'
  | 'throttled'
  | 'quota'
  | 'full'
  | 'missing_table'
  | 'refused'
  | 'statement'
  | 'limit'
  | 'overloaded'
  | 'server';

/** One failed call; `detail` is what Cloudflare or the network said, as the middle of a sentence. */
export interface D1Failure {
  kind: D1FailureKind;
  detail: string;
  httpStatus: number | null;
  networkError?: string;
  /** Milliseconds after which the call may be made again, where the answer says so. */
  retryAfterMs?: number;
}

/** A failed call as an exception. */
export class D1Error extends Error {
  override name = 'D1Error';

  constructor(readonly failure: D1Failure) {
    super(failure.detail);
  }
}

/** An answer as it came: header names in lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

/** Codes of Cloudflare's API (developers.cloudflare.com/fundamentals/api and /d1). */
const CODES: Record<number, D1FailureKind> = {
  971: 'throttled',
  6003: 'auth',
  7003: 'not_found',
  7400: 'statement',
  7403: 'auth',
  7404: 'not_found',
  9106: 'auth',
  9109: 'auth',
  10000: 'auth',
};

const STATUSES: Record<number, D1FailureKind> = {
  401: 'auth',
  403: 'auth',
  404: 'not_found',
  413: 'limit',
  429: 'throttled',
};

/** D1's own words (developers.cloudflare.com/d1/observability/debug-d1), which all come under one code. The first that fits counts. */
const MESSAGES: ReadonlyArray<[RegExp, D1FailureKind]> = [
  [/free (tier|plan)|daily .*limit/i, 'quota'],
  [/maximum (DB|database|account).*(size|storage)|SQLITE_FULL/i, 'full'],
  [/overloaded|too many requests queued/i, 'overloaded'],
  [
    /internal error|network connection lost|object to be reset|was reset|DB reset|transient issue|exceeded timeout|client disconnected/i,
    'server',
  ],
];

/** Of an ID that cannot be one, Cloudflare says that the request is malformed (code 7400). */
const WRONG_ID = /invalid property: databaseId|failed to decode ID/i;

/** Classifies an answer that is not a success. */
export function failureOfAnswer({ status, headers, text }: HttpAnswer): D1Failure {
  if (isRedirect(status))
    return { kind: 'wrong_url', detail: describeRedirect(status, headers.location), httpStatus: status };
  const said = firstErrorIn(text);
  if (said === null) return failureOfText(status, headers, text);
  const { code, message } = said;
  const retryAfterMs = retryAfter(headers);
  return {
    kind: kindOf(status, code, message),
    detail: message,
    httpStatus: status,
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

/** A call that D1 in production would refuse, though nothing was sent. */
export function failureOfLimit(detail: string): D1Failure {
  return { kind: 'limit', detail, httpStatus: null };
}

function kindOf(status: number, code: number, message: string): D1FailureKind {
  if (WRONG_ID.test(message)) return 'not_found';
  if (CODES[code]) return CODES[code];
  const told = MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
  if (told) return told;
  if (missingTableIn(message) !== null) return 'missing_table';
  if (refusalIn(message) !== null) return 'refused';
  return STATUSES[status] ?? (status >= 500 ? 'server' : 'statement');
}

/** An answer without Cloudflare's list of errors: a gateway's, a page, or half of one. */
function failureOfText(status: number, headers: HttpAnswer['headers'], text: string): D1Failure {
  const page = pageOf(status, text);
  const detail =
    page === null
      ? text.trim().slice(0, 120) || `HTTP status ${status}`
      : `a web page came instead of JSON (HTTP ${status})`;
  if (page === 'firewall') return { kind: 'firewall', detail, httpStatus: status };
  if (status === 429)
    return { kind: 'throttled', detail, httpStatus: status, retryAfterMs: retryAfter(headers) ?? undefined };
  if (status >= 500) return { kind: 'server', detail, httpStatus: status };
  if (status < 300 && page === null) {
    return { kind: 'cut_off', detail: `it broke off after ${text.length} characters`, httpStatus: status };
  }
  return { kind: page === null ? (STATUSES[status] ?? 'wrong_url') : 'wrong_url', detail, httpStatus: status };
}

/** The first of the errors in a body of Cloudflare's API, or the one of the Worker; null where there is none. */
function firstErrorIn(text: string): { code: number; message: string } | null {
  try {
    const body = JSON.parse(text) as {
      errors?: Array<{ code?: number; message?: string }>;
      error?: { message?: string };
    } | null;
    const first = body?.errors?.[0] ?? body?.error;
    if (typeof first?.message !== 'string') return null;
    return { code: 'code' in first ? Number(first.code) : 0, message: first.message };
  } catch {
    return null;
  }
}

function retryAfter(headers: HttpAnswer['headers']): number | null {
  const seconds = Number(headers['retry-after'] ?? '');
  return headers['retry-after'] !== undefined && seconds >= 0 ? seconds * 1_000 : null;
}

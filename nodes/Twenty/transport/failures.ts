import type { HttpAnswer } from '../../http/answer';
import { pageOf } from '../../http/pages';
import { describeRedirect, isRedirect } from '../../http/redirects';
import { isObject } from '../../lead';

/** Why a call to Twenty failed. A closed union: what a caller does next depends on nothing else. */
export type FailureCategory =
  | 'auth'
  | 'permission'
  | 'rate_limit'
  | 'validation'
  | 'duplicate'
  | 'conflict'
  | 'not_found'
  | 'missing_field'
  | 'wrong_url'
  | 'firewall'
  | 'quota'
  | 'network'
  | 'cut_off'
  | 'timeout'
  | 'server'
  | 'cancelled';

/**
 * What became of a write: `refused` (Twenty said no), `not_sent` (it never left), `unknown` (no answer came, it may
 * have landed).
 */
export type FailureOutcome = 'refused' | 'not_sent' | 'unknown';

/** One failed call, in one shape whatever the transport and API it came from. */
export interface TwentyFailure {
  category: FailureCategory;
  outcome: FailureOutcome;
  /** What Twenty said, or what became of the connection, as the middle of a sentence. */
  detail: string;
  /** The network's own words, where there is no answer. */
  networkError?: string;
  httpStatus: number | null;
  /** The record that already holds a unique value, where Twenty names it. */
  conflictingRecordId?: string;
  /** The most records that this server takes in one call, where it says so. */
  maxRecords?: number;
  /** The calls a minute that Twenty names as its limit. */
  callsPerMinute?: number;
  /** A record named by id in a relation does not exist (any more). */
  staleReference?: boolean;
}

/** A failed call as an exception; n8n sees it only as a `NodeApiError` made from it. */
export class TwentyError extends Error {
  constructor(readonly failure: TwentyFailure) {
    super(failure.detail);
    this.name = 'TwentyError';
  }
}

/** Turns a `TwentyError` into a value; any other exception is a fault of ours and goes through. */
export async function settled<T>(
  work: Promise<T>,
): Promise<{ ok: true; value: T } | { ok: false; failure: TwentyFailure }> {
  return await work.then(
    (value) => ({ ok: true as const, value }),
    (error: unknown) =>
      error instanceof TwentyError ? { ok: false as const, failure: error.failure } : Promise.reject(error),
  );
}

interface GraphqlError {
  message?: unknown;
  extensions?: { code?: unknown; subCode?: unknown; conflictingRecordId?: unknown };
}

const CODES: Record<string, FailureCategory> = {
  UNAUTHENTICATED: 'auth',
  FORBIDDEN: 'permission',
  PERMISSION_DENIED: 'permission',
  NOT_FOUND: 'not_found',
  RECORD_NOT_FOUND: 'not_found',
  LIMIT_REACHED: 'rate_limit',
  INTERNAL_SERVER_ERROR: 'server',
};

/**
 * What Twenty says of nearly all that its database fails with, a deadlock or a full disk as well as a NUL character: 200 and
 * INTERNAL_SERVER_ERROR through GraphQL, 500 through REST. It is a refusal, but not one that says anything of the data.
 */
const DATABASE_FAILED = /^Data validation error/i;

const MESSAGES: Array<[RegExp, FailureCategory]> = [
  [/^Limit reached/i, 'rate_limit'],
  [/API Key is revoked|Missing authentication token|Token (invalid|has expired)/i, 'auth'],
  [/does not have permission/i, 'permission'],
  [/duplicate entry was detected/i, 'duplicate'],
  [/Multiple records found with the same unique field values/i, 'conflict'],
  [/doesn't have any ".+" field/i, 'missing_field'],
  [/Cannot query field ".+" on type "(Query|Mutation)"/i, 'not_found'],
  [/record not found/i, 'not_found'],
  [DATABASE_FAILED, 'server'],
];

/** Classifies the errors of a GraphQL answer: Twenty sends them with status 200, rate limit included. */
export function graphqlFailure(errors: readonly unknown[], httpStatus: number): TwentyFailure {
  const first = (errors.find((error) => isObject(error)) ?? {}) as GraphqlError;
  const detail = typeof first.message === 'string' ? first.message : JSON.stringify(errors);
  const { code, subCode, conflictingRecordId } = first.extensions ?? {};
  const category = categoryOfMessage(detail) ?? categoryOfCode(subCode) ?? categoryOfCode(code) ?? 'validation';
  return withHints({
    category,
    outcome: category === 'server' && !DATABASE_FAILED.test(detail) ? 'unknown' : 'refused',
    detail,
    httpStatus,
    ...(typeof conflictingRecordId === 'string' ? { conflictingRecordId } : {}),
  });
}

/** Classifies an answer whose status is not 2xx: redirects, REST errors, gateways' pages, oversized bodies. */
export function statusFailure(answer: HttpAnswer): TwentyFailure {
  if (isRedirect(answer.status)) return redirectFailure(answer);
  const page = pageOf(answer.status, answer.text);
  if (page === 'firewall') return pageFailure(answer.status, page);
  const body = parseObject(answer.text);
  const detail = messageOf(body) ?? (answer.text.trim().slice(0, 120) || `HTTP status ${answer.status}`);
  const isTwenty = body !== null && 'statusCode' in body;
  const httpStatus = answer.status;
  if (/request entity too large/i.test(detail))
    return { category: 'validation', outcome: 'refused', detail, httpStatus };
  if (httpStatus === 429) return withHints({ category: 'rate_limit', outcome: 'refused', detail, httpStatus });
  if (httpStatus >= 500 && !DATABASE_FAILED.test(detail)) {
    return { category: 'server', outcome: 'unknown', detail, httpStatus };
  }
  if (page === 'page') return pageFailure(httpStatus, page);
  if (httpStatus < 200 || (!isTwenty && ![401, 402, 403].includes(httpStatus))) {
    return { category: 'wrong_url', outcome: 'refused', detail, httpStatus };
  }
  if (/^Cannot (GET|POST|PATCH|DELETE) /.test(detail)) {
    return { category: 'wrong_url', outcome: 'refused', detail, httpStatus };
  }
  const category =
    categoryOfMessage(detail) ?? categoryOfCode(body?.code) ?? CATEGORY_BY_STATUS[httpStatus] ?? 'validation';
  return withHints({ category, outcome: 'refused', detail, httpStatus });
}

/** A web page where JSON belongs: nothing of Twenty has seen the call. */
function pageFailure(httpStatus: number, page: 'firewall' | 'page'): TwentyFailure {
  const category = page === 'firewall' ? 'firewall' : 'wrong_url';
  const detail = `a web page came instead of JSON (HTTP ${httpStatus})`;
  return { category, outcome: 'refused', detail, httpStatus };
}

function redirectFailure({ status, headers }: HttpAnswer): TwentyFailure {
  return {
    category: 'wrong_url',
    outcome: 'refused',
    detail: describeRedirect(status, headers.location),
    httpStatus: status,
  };
}

/** A 2xx answer that is not the JSON it should be: cut off on its way (the write may have landed), or no Twenty at all. */
export function unreadableAnswer(answer: HttpAnswer): TwentyFailure {
  const isHtml = (answer.headers['content-type'] ?? '').includes('html');
  const page = pageOf(answer.status, answer.text) ?? (isHtml ? 'page' : null);
  if (page !== null) return pageFailure(answer.status, page);
  return {
    category: 'cut_off',
    outcome: 'unknown',
    detail: `it broke off after ${answer.text.length} characters`,
    httpStatus: answer.status,
  };
}

const CATEGORY_BY_STATUS: Record<number, FailureCategory> = {
  401: 'auth',
  402: 'quota',
  403: 'permission',
  404: 'not_found',
  409: 'duplicate',
};

function categoryOfMessage(message: string): FailureCategory | undefined {
  return MESSAGES.find(([pattern]) => pattern.test(message))?.[1];
}

function categoryOfCode(code: unknown): FailureCategory | undefined {
  return typeof code === 'string' ? CODES[code] : undefined;
}

function withHints(failure: TwentyFailure): TwentyFailure {
  const allowed = /Limit reached \((\d+) tokens per (\d+) ms\)/i.exec(failure.detail);
  // a limit on calls within some seconds says nothing about a minute
  const isSteady = Number(allowed?.[2]) >= 10_000;
  const limit = /Maximum number of records .* is (\d+)|Cannot update more than (\d+) records/i.exec(failure.detail);
  return {
    ...failure,
    ...(allowed && isSteady ? { callsPerMinute: (Number(allowed[1]) * 60_000) / Number(allowed[2]) } : {}),
    ...(limit ? { maxRecords: Number(limit[1] ?? limit[2]) } : {}),
    ...(/violates foreign key constraint/i.test(failure.detail) ? { staleReference: true } : {}),
  };
}

function messageOf(body: Record<string, unknown> | null): string | null {
  if (!body) return null;
  const nested = fieldErrorMessages(body.errors);
  if (nested) return nested;
  if (Array.isArray(body.messages) && body.messages.length > 0) return body.messages.map(String).join('; ');
  return typeof body.message === 'string' ? body.message : null;
}

function fieldErrorMessages(errors: unknown): string | null {
  if (!isObject(errors) || !Array.isArray(errors.fieldMetadata)) return null;
  const messages = errors.fieldMetadata
    .flatMap((entry: unknown) => (isObject(entry) && Array.isArray(entry.errors) ? entry.errors : []))
    .map((entry: unknown) => (isObject(entry) && typeof entry.message === 'string' ? entry.message : ''));
  return messages.filter((message) => message !== '').join('; ') || null;
}

function parseObject(text: string): Record<string, unknown> | null {
  try {
    const parsed: unknown = JSON.parse(text);
    return isObject(parsed) ? parsed : null;
  } catch {
    return null;
  }
}

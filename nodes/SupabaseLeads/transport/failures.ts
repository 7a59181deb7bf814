import { pageOf } from '../../http/pages';
import { describeRedirect } from '../../http/redirects';
import { isObject } from '../../lead';
import { maskSecrets } from '../../masking/mask';
import type { Failure, FailureKind } from './failure-texts';

const CODES: Record<string, FailureKind> = {
  '42501': 'not_service_key',
  PGRST202: 'missing_migrations',
  PGRST203: 'missing_migrations',
  PGRST205: 'missing_migrations',
  PGRST106: 'schema_not_exposed',
  '42883': 'missing_migrations',
  '42P01': 'missing_migrations',
  '42703': 'missing_migrations',
  '3F000': 'missing_migrations',
  '25006': 'read_only',
  '53300': 'busy',
  '55000': 'not_now',
  '57014': 'statement_timeout',
  PGRST000: 'unavailable',
  PGRST001: 'unavailable',
  PGRST002: 'unavailable',
  PGRST003: 'busy',
  PGRST301: 'wrong_key',
  PGRST302: 'wrong_key',
  PGRST303: 'expired_key',
};

/** By the first two letters of a SQLSTATE. `PT` is what the lead functions themselves raise, `P0` what triggers do. */
const CLASSES: Record<string, FailureKind> = {
  '22': 'refused',
  '23': 'own_rule',
  '40': 'locked',
  '42': 'broken',
  '53': 'unavailable',
  '55': 'locked',
  P0: 'own_rule',
  PT: 'not_now',
};

const SQLSTATE = /^[0-9A-Z]{5}$/;
/** A key that may not even call the functions is the wrong one; beyond that their own rights are missing. */
const BEYOND_FUNCTIONS = /for (schema|table|view|relation|sequence)|row-level security/;

function byCode(code: string, message: string): FailureKind | undefined {
  if (code === '42501' && BEYOND_FUNCTIONS.test(message)) return 'missing_grants';
  return CODES[code] ?? (SQLSTATE.test(code) ? CLASSES[code.slice(0, 2)] : undefined);
}

const STATUSES: Record<number, FailureKind> = {
  401: 'wrong_key',
  402: 'quota',
  403: 'not_service_key',
  408: 'no_answer',
  413: 'too_large',
  429: 'busy',
  504: 'no_answer',
  540: 'paused',
};

function byStatus(status: number): FailureKind {
  return STATUSES[status] ?? (status >= 500 ? 'unavailable' : 'rejected');
}

/** The error body of PostgREST, or of the gateway in front of it. */
interface ApiErrorBody {
  message?: unknown;
  code?: unknown;
  details?: unknown;
  hint?: unknown;
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

function parsed(text: string): ApiErrorBody | null {
  try {
    const body: unknown = JSON.parse(text);
    return isObject(body) ? body : null;
  } catch {
    return null;
  }
}

/** Classifies an answer that says that the call failed. */
export function failureOfAnswer(status: number, text: string): Failure {
  const body = parsed(text);
  if (body === null) return failureOfBody(status, text);
  const code = textOf(body.code);
  const detail = [body.message, body.details].map(textOf).filter(Boolean).join('. ');
  const hint = textOf(body.hint);
  return {
    kind: byCode(code, detail) ?? byStatus(status),
    detail: detail || `HTTP ${status}`,
    httpStatus: status,
    ...(code ? { code } : {}),
    ...(hint ? { hint } : {}),
  };
}

/** Classifies an answer that sends the caller on to another address. */
export function failureOfRedirect(status: number, location: unknown): Failure {
  const detail = describeRedirect(status, textOf(location) || undefined);
  return { kind: 'redirected', detail, httpStatus: status };
}

const LONGEST_DETAIL = 2_000;

/** The same without secrets in what the other side said. */
export function maskedFailure(failure: Failure): Failure {
  const { detail, hint } = failure;
  return {
    ...failure,
    detail: maskSecrets(detail, LONGEST_DETAIL),
    ...(hint === undefined ? {} : { hint: maskSecrets(hint, LONGEST_DETAIL) }),
  };
}

const JSON_START = /^\s*[[{]/;

/** Classifies an answer whose body is not the JSON expected: a page of some other server, or a part of an answer. */
export function failureOfBody(status: number, body: string): Failure {
  const detail = `HTTP ${status}, ${body.length} characters: ${body.trim().slice(0, 120)}`;
  if (JSON_START.test(body)) return { kind: 'cut_off', detail, httpStatus: status };
  const page = pageOf(status, body);
  if (page === 'firewall') return { kind: 'firewall', detail, httpStatus: status };
  const isLogin = page === 'page' && (status === 401 || status === 403);
  const fromGateway = isLogin ? undefined : (STATUSES[status] ?? (status >= 500 ? 'unavailable' : undefined));
  return { kind: fromGateway ?? 'not_postgrest', detail, httpStatus: status };
}

const NETWORK_KINDS: [RegExp, FailureKind][] = [
  // first, as their words have the host's name
  [/ENOTFOUND|EAI_AGAIN|ECONNREFUSED/, 'unreachable'],
  [/cancell?ed/i, 'cancelled'],
  [/ETIMEDOUT|ESOCKETTIMEDOUT|timeout/i, 'no_answer'],
  [/aborted|ECONNRESET|socket hang up|stream has been|premature|ERR_BAD_RESPONSE|unexpected end/i, 'cut_off'],
  [/CERT|SELF_SIGNED|certificate|SSL|TLS/i, 'certificate'],
];

/** An error's own words and code, and those of what caused it, closest first. */
function wordsOf(error: unknown): string[] {
  const words: string[] = [];
  for (let at = error, depth = 0; at instanceof Error && depth < 4; at = at.cause, depth++) {
    const code = 'code' in at ? textOf(at.code) : '';
    const more = 'messages' in at && Array.isArray(at.messages) ? at.messages.map(textOf) : [];
    words.push(...[code, at.message, ...more].filter(Boolean));
  }
  return words;
}

/** Classifies a request that got no (whole) answer. */
export function failureOfNetwork(error: unknown): Failure {
  const words = [...new Set(wordsOf(error))];
  const detail = words.join(', ') || String(error);
  const kind = NETWORK_KINDS.find(([pattern]) => words.some((word) => pattern.test(word)))?.[1];
  return { kind: kind ?? 'unreachable', detail };
}

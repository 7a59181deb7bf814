import {
  foreignAnswer,
  retryAfterMs as retryAfterHeader,
  type ForeignAnswer,
  type HttpAnswer,
} from '../../http/answer';
import type { NetworkFailure } from '../../http/network-failures';
import { describeRedirect, isRedirect } from '../../http/redirects';

/** Why a call of the Graph API failed. What a caller does next depends on nothing else. */
export type MetaFailureKind =
  NetworkFailure['category'] | ForeignAnswer['kind'] | 'token' | 'token_ends' | 'permission' | 'missing' | 'invalid';

/** One failed call, or part of a batch; `detail` is what Meta or the network said, as the middle of a sentence. */
export interface MetaFailure {
  kind: MetaFailureKind;
  detail: string;
  httpStatus: number | null;
  /** Of Meta's error. */
  code?: number;
  networkError?: string;
  /** Milliseconds after which Meta takes calls again, where it says so. */
  retryAfterMs?: number;
}

export class MetaError extends Error {
  override name = 'MetaError';

  constructor(readonly failure: MetaFailure) {
    super(failure.detail);
  }
}

/** developers.facebook.com/docs/graph-api/guides/error-handling and …/overview/rate-limiting */
const CODES: Record<number, MetaFailureKind> = {
  1: 'server',
  2: 'server',
  3: 'permission',
  4: 'throttled',
  10: 'permission',
  17: 'throttled',
  32: 'throttled',
  102: 'token',
  190: 'token',
  341: 'throttled',
  368: 'throttled',
  613: 'throttled',
  803: 'missing',
};
/** Of code 100: the object does not exist, or may not be seen; Meta does not say which. */
const MISSING_SUBCODE = 33;

/** Of code 190: the token is good, but a user's where only a page's will do. */
const WANTS_PAGE_TOKEN = /must be called with a page access token/i;

interface GraphError {
  message?: string;
  code?: number;
  error_subcode?: number;
  error_user_msg?: string;
  is_transient?: boolean;
}

/** Classifies an answer that is not a success, or such a part of a batch. */
export function failureOfAnswer(answer: HttpAnswer): MetaFailure {
  const { status, headers, text } = answer;
  if (isRedirect(status))
    return { kind: 'wrong_url', detail: describeRedirect(status, headers.location), httpStatus: status };
  const error = errorIn(text);
  if (error === null) return foreignAnswer(answer);
  const kind = kindOf(status, error);
  const retryAfterMs = kind === 'throttled' ? regainMs(headers) : null;
  return {
    kind,
    detail: [error.message, error.error_user_msg].filter(Boolean).join(' ') || `HTTP status ${status}`,
    httpStatus: status,
    ...(error.code === undefined ? {} : { code: error.code }),
    ...(retryAfterMs === null ? {} : { retryAfterMs }),
  };
}

function kindOf(status: number, { code = 0, error_subcode, is_transient, message = '' }: GraphError): MetaFailureKind {
  if (code === 190 && WANTS_PAGE_TOKEN.test(message)) return 'permission';
  if (code === 100) return error_subcode === MISSING_SUBCODE ? 'missing' : 'invalid';
  if (CODES[code]) return CODES[code];
  if (code >= 200 && code < 300) return 'permission';
  if (code >= 80_000 && code <= 80_014) return 'throttled';
  if (status === 429) return 'throttled';
  return is_transient === true || status >= 500 ? 'server' : 'invalid';
}

function errorIn(text: string): GraphError | null {
  try {
    const body = JSON.parse(text) as { error?: GraphError } | null;
    return typeof body?.error === 'object' ? body.error : null;
  } catch {
    return null;
  }
}

const USAGE_HEADERS = ['x-app-usage', 'x-page-usage', 'x-business-use-case-usage'];

/** One limit of several, as Meta tells them in headers: per cent of it that is used, and minutes until it is not. */
interface Usage {
  call_count?: number;
  total_time?: number;
  total_cputime?: number;
  estimated_time_to_regain_access?: number;
}

/** All usages that the headers of an answer tell; those of business use cases are lists by business. */
function usagesIn(headers: HttpAnswer['headers']): Usage[] {
  return USAGE_HEADERS.flatMap((name) => {
    try {
      const usage = JSON.parse(headers[name] ?? '{}') as Usage | Record<string, Usage[]>;
      const lists = Object.values(usage).filter((value) => Array.isArray(value)) as Usage[][];
      return lists.length > 0 ? lists.flat() : [usage as Usage];
    } catch {
      return [];
    }
  });
}

/** The part of a limit that is used most, in per cent. */
export function mostUsed(headers: HttpAnswer['headers']): number {
  const shares = usagesIn(headers).flatMap(({ call_count, total_time, total_cputime }) => [
    call_count ?? 0,
    total_time ?? 0,
    total_cputime ?? 0,
  ]);
  return Math.max(0, ...shares);
}

function regainMs(headers: HttpAnswer['headers']): number | null {
  const minutes = Math.max(0, ...usagesIn(headers).map((usage) => usage.estimated_time_to_regain_access ?? 0));
  if (minutes > 0) return minutes * 60_000;
  return retryAfterHeader(headers);
}

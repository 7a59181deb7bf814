/** Why no answer came. */
export interface NetworkFailure {
  category: 'network' | 'timeout' | 'cut_off' | 'cancelled';
  /** Whether the request left: `unknown` means that it may have done its work. */
  outcome: 'not_sent' | 'unknown';
  /** What became of the connection, as the middle of a sentence. */
  detail: string;
  /** The network's own words. */
  networkError: string;
  httpStatus: null;
}

/** Codes of requests that never left, with what they mean. */
const NEVER_CONNECTED: Record<string, string> = {
  ECONNREFUSED: 'nothing listens at this address',
  ENOTFOUND: 'its host name is unknown',
  EAI_AGAIN: 'its host name cannot be looked up',
  EHOSTUNREACH: 'there is no route to its host',
  ENETUNREACH: 'there is no route to its network',
  ENETDOWN: 'the network is down',
  CERT_HAS_EXPIRED: 'its TLS certificate has expired',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its TLS certificate is not trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'its TLS certificate is not trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its TLS certificate is not trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its TLS certificate is not trusted',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its TLS certificate is for another host name',
  ERR_INVALID_URL: 'this is not an address',
};
const TIMED_OUT = new Set(['ECONNABORTED', 'ETIMEDOUT', 'ESOCKETTIMEDOUT', 'UND_ERR_HEADERS_TIMEOUT']);
const CUT_OFF = new Set(['ECONNRESET', 'EPIPE', 'ERR_BAD_RESPONSE', 'ERR_STREAM_PREMATURE_CLOSE', 'UND_ERR_SOCKET']);

/**
 * Classifies an exception of the HTTP helper: no answer came, so a write that left may have landed. Codes such as
 * ECONNREFUSED stay out of `detail`: n8n replaces every message that holds one.
 */
export function thrownFailure(error: unknown): NetworkFailure {
  const codes = codesOf(error);
  const networkError = [...new Set([deepestMessage(error), ...codes])].filter(Boolean).join(', ');
  const failure = (
    category: NetworkFailure['category'],
    outcome: NetworkFailure['outcome'],
    detail: string,
  ): NetworkFailure => ({ category, outcome, detail, networkError, httpStatus: null });

  if (codes.includes('ERR_CANCELED')) return failure('cancelled', 'unknown', 'a call was on its way');
  const never = codes.find((code) => code in NEVER_CONNECTED);
  if (never) return failure('network', 'not_sent', NEVER_CONNECTED[never]);
  const has = (known: Set<string>): boolean => codes.some((code) => known.has(code));
  if (has(TIMED_OUT) || /timeout of \d+ ?ms|timed out/i.test(networkError)) {
    return failure('timeout', 'unknown', 'no answer came in time');
  }
  if (has(CUT_OFF) || /aborted|socket hang up/i.test(networkError)) {
    return failure('cut_off', 'unknown', 'the connection was closed too early');
  }
  return failure('network', 'unknown', 'the connection failed');
}

function codesOf(error: unknown, depth = 0): string[] {
  if (typeof error !== 'object' || error === null || depth > 5) return [];
  const { code, httpCode, cause } = error as { code?: unknown; httpCode?: unknown; cause?: unknown };
  const own = [code, httpCode].filter((value): value is string => typeof value === 'string');
  return [...own, ...codesOf(cause, depth + 1)];
}

function deepestMessage(error: unknown, depth = 0): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause instanceof Error && depth < 5 ? deepestMessage(error.cause, depth + 1) : error.message;
}

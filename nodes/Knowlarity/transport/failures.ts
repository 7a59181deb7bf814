import { foreignAnswer, retryAfterMs, type ForeignAnswer, type HttpAnswer } from '../../http/answer';
import type { NetworkFailure } from '../../http/network-failures';
import { describeRedirect, isRedirect } from '../../http/redirects';

/** Why a call of the API failed. What a caller does next depends on nothing else. */
export type KnowlarityFailureKind =
  NetworkFailure['category'] | ForeignAnswer['kind'] | 'key' | 'authorization' | 'invalid';

/** One failed call; `detail` is what Knowlarity or the network said, as the middle of a sentence. */
export interface KnowlarityFailure {
  kind: KnowlarityFailureKind;
  detail: string;
  httpStatus: number | null;
  networkError?: string;
  /** Milliseconds after which calls are taken again, where it says so. */
  retryAfterMs?: number;
}

export class KnowlarityError extends Error {
  override name = 'KnowlarityError';

  constructor(readonly failure: KnowlarityFailure) {
    super(failure.detail);
  }
}

/** The gateway in front refuses a wrong key (403), the API behind it a wrong authorization (401). */
const KINDS: Record<number, KnowlarityFailureKind> = { 401: 'authorization', 403: 'key', 429: 'throttled' };

/** Classifies an answer that is not a success, or a success without a list of calls. */
export function failureOfAnswer(answer: HttpAnswer): KnowlarityFailure {
  const { status, headers, text } = answer;
  if (isRedirect(status))
    return { kind: 'wrong_url', detail: describeRedirect(status, headers.location), httpStatus: status };
  const words = wordsIn(text);
  if (words === null) return foreignAnswer(answer);
  const kind = KINDS[status] ?? (status >= 500 ? 'server' : status < 300 ? 'wrong_url' : 'invalid');
  const wait = kind === 'throttled' ? retryAfterMs(headers) : null;
  return {
    kind,
    detail: words || `HTTP status ${status}`,
    httpStatus: status,
    ...(wait === null ? {} : { retryAfterMs: wait }),
  };
}

/** What the API says of an error: `{"message": …}` or `{"error": {"message": …}}`; null where it is no JSON object. */
function wordsIn(text: string): string | null {
  try {
    const body = JSON.parse(text) as { message?: unknown; error?: unknown } | null;
    if (typeof body !== 'object' || body === null) return null;
    const { message } = (typeof body.error === 'object' && body.error !== null ? body.error : body) as {
      message?: unknown;
    };
    return [message, body.error].find((words): words is string => typeof words === 'string') ?? '';
  } catch {
    return null;
  }
}

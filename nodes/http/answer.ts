import { pageOf } from './pages';

/** An answer as it came: header names in lower case. */
export interface HttpAnswer {
  status: number;
  headers: Record<string, string | undefined>;
  text: string;
}

/** Why an answer is none of the API that was called. */
export interface ForeignAnswer {
  kind: 'firewall' | 'throttled' | 'server' | 'cut_off' | 'wrong_url';
  /** As the middle of a sentence. */
  detail: string;
  httpStatus: number;
}

/** Classifies an answer without the API's own words: a gateway's, a page, or half of one. */
export function foreignAnswer({ status, text }: HttpAnswer): ForeignAnswer {
  const page = pageOf(status, text);
  const detail =
    page === null
      ? text.trim().slice(0, 120) || `HTTP status ${status}`
      : `a web page came instead of JSON (HTTP ${status})`;
  if (page === 'firewall') return { kind: 'firewall', detail, httpStatus: status };
  if (status === 429) return { kind: 'throttled', detail, httpStatus: status };
  if (status >= 500) return { kind: 'server', detail, httpStatus: status };
  if (status < 300 && page === null) {
    return { kind: 'cut_off', detail: `it broke off after ${text.length} characters`, httpStatus: status };
  }
  return { kind: 'wrong_url', detail, httpStatus: status };
}

/** What `Retry-After` says in seconds, in milliseconds; null where it says nothing. */
export function retryAfterMs(headers: HttpAnswer['headers']): number | null {
  const seconds = Number(headers['retry-after'] ?? '');
  return seconds > 0 ? seconds * 1_000 : null;
}

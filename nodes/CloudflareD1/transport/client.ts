import { thrownFailure } from '../../http/network-failures';
import { maskSecrets } from '../../masking/mask';
import { D1Error, failureOfAnswer, type D1Failure, type HttpAnswer } from './failures';
import { assertWithinLimits, type Query } from './queries';

/** What D1 says of one query. */
export interface QueryResult {
  rows: Array<Record<string, unknown>>;
  rowsRead: number;
  rowsWritten: number;
  /** Rows that were inserted, changed or deleted. */
  changes: number;
  lastRowId: number | null;
}

export interface ClientOptions {
  /** Sends JSON and gives the answer whatever its status; rejects only when no complete answer came. */
  send(body: string): Promise<HttpAnswer>;
  now(): number;
  /** Rejects when the execution is cancelled first. */
  sleep(milliseconds: number): Promise<void>;
  log(message: string): void;
  /** Milliseconds that one call may wait in all while Cloudflare throttles. */
  maxWaitMs: number;
}

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;
const LONGEST_DETAIL = 2_000;

/** A D1 database over one sender. Throttling is waited for; what else fails is thrown as a `D1Error`. Knows nothing of n8n. */
export class D1Client {
  constructor(private readonly options: ClientOptions) {}

  /**
   * Sends queries in one call, which is one transaction: all of them, or none.
   * @throws D1Error
   */
  async batch(queries: readonly Query[]): Promise<QueryResult[]> {
    assertWithinLimits(queries);
    const body = JSON.stringify({ batch: queries });
    const { now, sleep, log, maxWaitMs } = this.options;
    const giveUp = now() + maxWaitMs;
    for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      const outcome = await this.once(body);
      if (!('failure' in outcome)) return outcome.results;
      const { kind, detail, retryAfterMs = pause } = outcome.failure;
      if (kind !== 'throttled' || now() + retryAfterMs > giveUp) throw new D1Error(masked(outcome.failure));
      log(`Cloudflare answered "${detail}"; the call is sent again in ${retryAfterMs / 1_000} s`);
      await sleep(retryAfterMs);
    }
  }

  private async once(body: string): Promise<{ results: QueryResult[] } | { failure: D1Failure }> {
    const answer = await this.options.send(body).catch((error: unknown) => {
      const { category: kind, ...failure } = thrownFailure(error);
      return { kind, ...failure } satisfies D1Failure;
    });
    if (!('text' in answer)) return { failure: answer };
    const results = answer.status < 300 ? resultsIn(answer.text) : null;
    return results === null ? { failure: failureOfAnswer(answer) } : { results };
  }
}

interface ApiResult {
  results?: Array<Record<string, unknown>>;
  meta?: { rows_read?: number; rows_written?: number; changes?: number; last_row_id?: number | null };
}

/** Null where the body does not say that all went well. */
function resultsIn(text: string): QueryResult[] | null {
  try {
    const body = JSON.parse(text) as { success?: boolean; result?: ApiResult[] } | null;
    if (body?.success !== true || !Array.isArray(body.result)) return null;
    return body.result.map(({ results = [], meta = {} }) => ({
      rows: results,
      rowsRead: meta.rows_read ?? 0,
      rowsWritten: meta.rows_written ?? 0,
      changes: meta.changes ?? 0,
      lastRowId: meta.last_row_id ?? null,
    }));
  } catch {
    return null;
  }
}

/** What somebody else wrote may hold secrets: it goes on into messages and runs. */
function masked(failure: D1Failure): D1Failure {
  const { detail, networkError } = failure;
  return {
    ...failure,
    detail: maskSecrets(detail, LONGEST_DETAIL),
    ...(networkError === undefined ? {} : { networkError: maskSecrets(networkError, LONGEST_DETAIL) }),
  };
}

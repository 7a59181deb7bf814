import type { TwentyClient } from '../transport/client';

/** Records a page: GraphQL does not cap `first`, and 1,000 come at 6,000 rows/s (5,000 are no faster). */
export const DEFAULT_PAGE_SIZE = 1_000;
/** Records a write: the most that Twenty 2.x takes in one call. */
export const DEFAULT_BATCH_SIZE = 200;

const learned = new Map<string, number>();

/** The batch size to use: what was asked for, or less where this server has said so. */
export function batchSizeFor(client: TwentyClient, wanted: number): number {
  return Math.max(1, Math.min(wanted, learned.get(client.urls.base) ?? wanted));
}

/** Remembers that this server takes no more than `maximum` records a write. */
export function learnBatchSize(client: TwentyClient, maximum: number): void {
  learned.set(client.urls.base, Math.min(maximum, learned.get(client.urls.base) ?? maximum));
}

import type { Merged } from './changes';

/**
 * Merges leads in one call. Where the database runs into its time limit over them, in halves, one after the other, until the
 * lead that takes so long stands alone: in its place goes `null`, which the door rejects and counts.
 * @param merge sends a part; the last one also carries what belongs to the whole, such as the position behind a page
 */
export async function mergeInParts<L, M extends Merged>(
  leads: ReadonlyArray<L | null>,
  isTooLong: (error: unknown) => boolean,
  merge: (part: ReadonlyArray<L | null>, isLast: boolean) => Promise<M>,
  isLast = true,
): Promise<M> {
  const outcome = await merge(leads, isLast).then(
    (merged) => ({ merged }),
    (error: unknown) => ({ error }),
  );
  if ('merged' in outcome) return outcome.merged;
  if (!isTooLong(outcome.error) || leads.length === 0 || leads[0] === null) {
    return await Promise.reject(outcome.error as Error);
  }
  if (leads.length === 1) return await merge([null], isLast);
  const middle = Math.ceil(leads.length / 2);
  const first = await mergeInParts(leads.slice(0, middle), isTooLong, merge, false);
  const second = await mergeInParts(leads.slice(middle), isTooLong, merge, isLast);
  return {
    ...second,
    results: [
      ...first.results,
      ...second.results.map((result) => ({
        ...result,
        index: result.index === null ? null : result.index + middle,
      })),
    ],
    counts: {
      stale: first.counts.stale + second.counts.stale,
      rejected: first.counts.rejected + second.counts.rejected,
    },
  };
}

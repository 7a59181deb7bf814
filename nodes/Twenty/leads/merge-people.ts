import { findHolders } from '../records/holders';
import { LEASE_TOO_SHORT, type TwentyClient } from '../transport/client';
import { mergeManyDocument } from '../transport/documents';
import { TwentyError, type FailureCategory, type TwentyFailure } from '../transport/failures';
import type { ObjectNames } from '../transport/metadata';

/** Two records that are one person, by their ids. */
export interface PeopleToMerge {
  /** Keeps its values, and takes what it lacks from the other. */
  keep: string;
  /** Is destroyed. */
  drop: string;
  /** Seconds that the claim on their leads still lasts; below 0 when it is over. */
  lease_seconds: number;
}

/**
 * What came of it. `absent`: who is not there, so that nothing was sent: merged or destroyed before, or not seen yet by a
 * replica. `later`: both are there, and Twenty did not merge them; it may do so another time.
 */
export type MergeOutcome =
  | { outcome: 'merged' }
  | { outcome: 'absent'; ids: string[] }
  | { outcome: 'refused'; problem: string }
  | { outcome: 'later'; failure: TwentyFailure };

/** Twenty's answers that would be the same the next time. */
const FINAL: ReadonlySet<FailureCategory> = new Set(['validation', 'duplicate', 'conflict', 'missing_field']);

/**
 * Has Twenty merge two records by its own merge (`mergePeople`), which moves notes, tasks, e-mails and files over. Reads
 * both first: it cannot be repeated, as the dropped one leaves no trace. Asks nothing when the claim would end before an answer.
 * @throws TwentyError when Twenty does not answer: what became of the two is not known, now or after an earlier try
 */
export async function mergePeople(
  client: TwentyClient,
  object: ObjectNames,
  people: PeopleToMerge,
): Promise<MergeOutcome> {
  const { keep, drop, lease_seconds: leaseSeconds } = people;
  const startBefore = client.clock.now() + leaseSeconds * 1000 - client.timeoutMs;
  if (client.clock.now() > startBefore) throw new TwentyError(LEASE_TOO_SHORT);
  const found = await findHolders(client, object, 'id deletedAt', { ids: [keep, drop], values: [] });
  const absent = [keep, drop].filter((id) => !found.some((record) => record.id === id));
  if (absent.length > 0) return { outcome: 'absent', ids: absent };
  const deleted = found.filter(({ deletedAt }) => deletedAt !== null).map(({ id }) => id);
  if (deleted.length > 0)
    return { outcome: 'refused', problem: `${deleted.join(' and ')} is in Twenty's bin: restore or destroy it there` };

  const { root, document } = mergeManyDocument(object);
  const answer = await client.graphql(root, { document, variables: { ids: [keep, drop] }, startBefore });
  if (answer.ok) return { outcome: 'merged' };
  const { failure } = answer;
  if (failure.outcome === 'unknown') throw new TwentyError(failure);
  if (failure.outcome !== 'refused' || !FINAL.has(failure.category)) return { outcome: 'later', failure };
  return { outcome: 'refused', problem: failure.detail };
}

import { Violation } from '../violation';
import type { World } from '../world/world';

interface MergeRow {
  id: string;
  step: string;
  keep_twenty_id: string | null;
  drop_twenty_id: string | null;
  problem: string | null;
}

/**
 * Each merge that somebody asked for has come to its end; whose people Twenty has merged for it, they are one lead, unless somebody has destroyed
 * what they became before the sync heard of it.
 */
export async function assertMergesDone({ database, merges, destroyedAt }: World): Promise<void> {
  const rows = await database.read<MergeRow>(
    'select id, step, keep_twenty_id, drop_twenty_id, problem from lead_sync.merges order by id',
  );
  for (const { id, step, keep_twenty_id: kept, drop_twenty_id: dropped, problem } of rows) {
    if (step === 'asked' || step === 'twenty_merged')
      throw new Violation('Converged', `merge ${id} is still ${step}: ${problem}`);
    const isDestroyed = kept !== null && destroyedAt.has(kept);
    if (step !== 'joined' && dropped !== null && merges.isMergedAway(dropped) && !isDestroyed)
      throw new Violation(
        'No lost write',
        `Twenty merged two people, and merge ${id} of their leads is ${step}: ${problem}`,
      );
  }
}

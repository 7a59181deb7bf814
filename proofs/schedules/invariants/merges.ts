import { Violation } from '../violation';
import type { World } from '../world/world';

/** Each merge that somebody asked for has come to its end; whose people Twenty has merged for it, they are one lead. */
export async function assertMergesDone({ database, merges }: World): Promise<void> {
  const rows = await database.read<{ id: string; step: string; drop_twenty_id: string | null; problem: string | null }>(
    'select id, step, drop_twenty_id, problem from lead_sync.merges order by id',
  );
  for (const { id, step, drop_twenty_id: dropped, problem } of rows) {
    if (step === 'asked' || step === 'twenty_merged')
      throw new Violation('Converged', `merge ${id} is still ${step}: ${problem}`);
    if (step !== 'joined' && dropped !== null && merges.isMergedAway(dropped))
      throw new Violation(
        'No lost write',
        `Twenty merged two people, and merge ${id} of their leads is ${step}: ${problem}`,
      );
  }
}

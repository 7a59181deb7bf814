import type { Step } from '../steps/schedule';
import type { World } from '../world/world';
import { look } from '../invariants/look';

/** Somebody sets from how many on deletions and changes wait for a yes. */
export async function askAbove(
  world: World,
  { deletions, changes }: Pick<Extract<Step, { do: 'ask above' }>, 'deletions' | 'changes'>,
): Promise<void> {
  world.hasApprovals = true;
  await world.database.rows('update lead_sync.settings set approve_deletions = $1, approve_changes = $2', [
    deletions,
    changes,
  ]);
}

/** Somebody says yes to all that waits. */
export async function sayYes(world: World): Promise<void> {
  const open = await world.database.read<{ id: string }>('select id from lead_sync.approvals where decision is null');
  for (const { id } of open) {
    await world.database.rpc('decide_approval', { p_id: id, p_yes: true });
    await look(world, 'sync');
  }
}

/** Nothing is asked any more, and all that waits flows. */
export async function stopAsking(world: World): Promise<void> {
  if (!world.hasApprovals) return;
  await askAbove(world, { deletions: null, changes: null });
  await sayYes(world);
}

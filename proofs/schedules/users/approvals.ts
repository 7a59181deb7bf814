import type { Step } from '../steps/schedule';
import type { World } from '../world/world';
import { look } from '../invariants/look';
import { probeRefused } from '../invariants/approvals';

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

const openOnes = async (world: World): Promise<Array<{ id: string }>> =>
  await world.database.read<{ id: string }>('select id from lead_sync.approvals where decision is null order by id');

/** Somebody says yes to all that waits. */
export async function sayYes(world: World): Promise<void> {
  for (const { id } of await openOnes(world)) {
    await world.database.rpc('decide_approval', { p_id: id, p_yes: true });
    await look(world, 'sync');
  }
}

/** Somebody says no to all that waits: none of it is sent or taken then, whatever asks for it. */
export async function sayNo(world: World): Promise<void> {
  for (const { id } of await openOnes(world)) {
    await probeRefused(world, id, () => world.database.rpc('decide_approval', { p_id: id, p_yes: false }));
    await look(world, 'sync');
  }
}

/** Nothing is asked any more, and all that waits flows; what a no was said to does so, too, as if it had never been said. */
export async function stopAsking(world: World): Promise<void> {
  if (!world.hasApprovals) return;
  await askAbove(world, { deletions: null, changes: null });
  await sayYes(world);
  const refused = await world.database.rows<{ twenty_id: string; side: string }>(
    `with gone as (delete from lead_sync.approvals where decision = 'no' returning id, side)
     select i.twenty_id, g.side from gone as g join lead_sync.approval_items as i on i.approval_id = g.id`,
  );
  // no delta shows them again
  for (const { twenty_id: id } of refused) world.unseenPeople.add(id);
  if (refused.length > 0) await world.database.rpc('mark_leads_for_sync', { p_limit: 1000 });
}

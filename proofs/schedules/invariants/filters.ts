import type { Write } from '../../../nodes/lead';
import type { Json } from '../systems/database';
import type { DoorResult } from '../world/agreement';
import type { World } from '../world/world';

/** Asked of the database as it is right after the call. */
const OUTSIDE = `select
    array(select o.lead_id::text from lead_sync.outside_leads($1::uuid[]) as o) as leads,
    array(select (i ->> 'index')::integer from jsonb_array_elements(lead_sync.judge_people($2, null)) as i where i -> 'snapshot' ? 'outside') as people`;

/** What the door answers. */
export interface DoorAnswer {
  results: DoorResult[];
  writes: readonly Write[];
}

/**
 * What a call of the door did beside the filters: it plans nothing for a lead outside, makes no lead of a person outside and takes
 * nothing of them but a deletion. Notes who was outside: with them nothing is agreed.
 */
export async function judgeDoor(world: World, { p_leads: sent }: Json, { results, writes }: DoorAnswer): Promise<void> {
  if (!world.hasFilters) return;
  const snapshots = sent as object[];
  const [{ leads, people }] = await world.database.read<{ leads: string[]; people: number[] }>(OUTSIDE, [
    writes.map(({ lead_id: leadId }) => leadId),
    JSON.stringify(snapshots.map((snapshot, index) => ({ index, snapshot }))),
  ]);
  const outside = new Set(people);
  world.outside.set(snapshots, outside);
  for (const id of leads) world.fail('Filter', `lead ${id} is outside, and was planned to be written to Twenty`);
  for (const { index, lead_id: leadId, result, fields = [] } of results) {
    if (index === null || !outside.has(index) || ['stale', 'rejected'].includes(result)) continue;
    if (result === 'created') world.fail('Filter', `lead ${leadId} was made of a person who is outside`);
    const taken = fields.filter((field) => field !== 'deleted');
    if (taken.length > 0) world.fail('Filter', `lead ${leadId} took ${taken.join(', ')} of a person who is outside`);
  }
}

import type { Json } from '../systems/database';
import type { DoorResult } from '../world/agreement';
import type { World } from '../world/world';

interface Refused extends Json {
  snapshot: Json;
  read_started_at: Date | null;
}

/** Leads that a no keeps from going out, as they say themselves: those edited since it was asked for are not among them. */
const KEPT_HERE = `select l.id from public.leads as l join lead_sync.approval_items as i on i.lead_id = l.id
  where i.approval_id = $1 and l.sync_error_message like 'approval: no was said to this (approval ' || $1 || ')%'`;

const READ = `select i.snapshot, i.read_started_at from lead_sync.approval_items as i
  where i.approval_id = $1 and i.snapshot is not null
    -- asked about once more since, and so answered by that
    and not exists (select from lead_sync.approval_items as o where o.twenty_id = i.twenty_id and o.approval_id > i.approval_id)`;

/**
 * What a no is worth: right after it, a claim of all leads gives none of those, and the door takes nothing of the people as they were read, neither for a pull
 * nor for that claim. All of it is taken back, so that the schedule goes on as if nobody had looked.
 */
export async function probeRefused(world: World, id: string, sayNo: () => Promise<unknown>): Promise<void> {
  const { database } = world;
  const read = await database.read<Refused>(READ, [id]);
  await sayNo();
  const kept = new Set((await database.read<{ id: string }>(KEPT_HERE, [id])).map((lead) => lead.id));
  await database.takenBack(async () => {
    await database.rpc('mark_leads_for_sync', { p_limit: 1000 });
    const { leads, claim_token: token } = await database.rpc<{
      leads: Array<{ lead_id: string }>;
      claim_token: string;
    }>('get_leads_for_sync', { p_limit: 1000 });
    for (const { lead_id: lead } of leads)
      if (kept.has(lead)) world.fail('Approval', `lead ${lead} was claimed after a no`);
    for (const one of read) await offer(world, one, token);
  });
  for (const one of read) await database.takenBack(() => offer(world, one));
}

/** Has the door see a person again, as they were read when it was asked. */
async function offer(world: World, { snapshot, read_started_at: at }: Refused, token?: string): Promise<void> {
  const { results } = await world.database.rpc<{ results: DoorResult[] }>('upsert_leads', {
    p_leads: [snapshot],
    p_source: 'twenty',
    p_read_started_at: at?.toISOString(),
    p_claim_token: token,
  });
  for (const { lead_id: lead, result } of results)
    if (result === 'updated' || result === 'conflict')
      world.fail('Approval', `lead ${lead} took what a no was said to`);
}

import type { Reach } from '../invariants/converged';
import { deletionFlows } from '../systems/conditions';
import { Violation } from '../violation';
import type { World } from '../world/world';
import type { DealRow, Deals } from './deals';
import { DEAL_FIELDS, isUnusableThere, OWN_FIELDS, valuesOfRecord, type DealField, type DealValues } from './values';

/** One row for each deal of Twenty and the other way round, both the same, and nobody's last write gone without a trace. */
export async function assertDealsConverged(world: World, deals: Deals, reach: Reach): Promise<void> {
  await deals.look();
  const linked = new Map(deals.rows.map((row) => [row.twenty_id, row]));
  for (const { id, deletedAt } of deals.records()) {
    const isUnseen = reach === 'deltas' && deals.unseen.has(String(id));
    if (deletedAt === null && !linked.has(String(id)) && !isUnseen)
      throw new Violation('Converged', `deal ${String(id)} has no row`);
  }
  for (const row of deals.rows) {
    if (deals.record(row.id) && row.twenty_id !== row.id)
      throw new Violation('Bijection', `deal ${row.id} was made in Twenty, and its row is not linked to it`);
    const isFound = reach !== 'deltas' && deletionFlows(world.conditions, 'to_supabase');
    if (row.twenty_id === null || deals.record(row.twenty_id) || isFound) assertRow(world, deals, row, reach);
  }
}

function assertRow(world: World, deals: Deals, row: DealRow, reach: Reach): void {
  const record = deals.record(row.twenty_id);
  if (record && reach === 'deltas' && deals.unseen.has(String(record.id))) return;
  if (!record && row.values.deleted !== null) return;
  if (!record && deals.restored.has(row.id) && !deletionFlows(world.conditions, 'to_twenty')) return;
  if (row.sync_status !== 'synced') {
    if (waitsForLead(world, row)) return;
    throw new Violation('Converged', `deal ${row.id} is ${row.sync_status}: ${row.error}`);
  }
  if (!record) throw new Violation('Converged', `deal ${row.id} is synced and not in Twenty`);
  if (
    world.leads.some(
      ({ twenty_id, deleted_at }) => deleted_at === null && twenty_id !== null && twenty_id === row.contact_id,
    )
  )
    throw new Violation('Converged', `deal ${row.id} is of person ${row.contact_id}, whose lead it does not name`);
  const there = valuesOfRecord(record);
  const here = row.values;
  if (
    world.conditions.deletion === 'both' &&
    here.deleted !== there.deleted &&
    !deals.isExempt(String(record.id), 'deleted')
  )
    throw new Violation(
      'Tombstones',
      `deal ${row.id} is ${here.deleted ? '' : 'not '}deleted here, and ${there.deleted ? '' : 'not '}in Twenty`,
    );
  if (here.deleted !== null || there.deleted !== null) return;
  for (const field of DEAL_FIELDS) {
    const isOwn = (OWN_FIELDS as readonly DealField[]).includes(field);
    // that somebody or a company was destroyed leaves no trace in the deal, and of one who was no lead then nobody knows that they were made again
    const isVanished = field === 'contact_id' && there.contact_id === null && deals.vanished.has(here.contact_id ?? '');
    if (isOwn || (reach === 'everything' && !isVanished)) assertField(row, there, field);
    if (isOwn) assertKept(deals, row, String(record.id), field);
  }
}

/** A lead that is held, or has no person yet, keeps its deals back. */
function waitsForLead({ leads }: World, row: DealRow): boolean {
  const lead = leads.find(({ id }) => id === row.lead_id);
  return lead !== undefined && (lead.twenty_id === null || lead.sync_status !== 'synced');
}

function assertField({ id, values: here, left_out }: DealRow, there: DealValues, field: DealField): void {
  const isListed = Object.hasOwn(left_out, field);
  const isReference = field === 'contact_id' || field === 'company_id';
  if (isListed ? isUnusableThere(field, here[field]) || isReference : here[field] === there[field]) return;
  throw new Violation(
    'Equal',
    `${field} of deal ${id} is ${show(here[field])} here, ${show(there[field])} in Twenty, ${isListed ? 'listed' : 'not listed'} as left out`,
  );
}

/**
 * What was written since both sides last agreed: where one side wrote, that stands; where both did, the last of one of them.
 */
function assertKept(deals: Deals, row: DealRow, recordId: string, field: DealField): void {
  if (deals.isExempt(recordId, field)) return;
  const since = deals.agreed(row.id, field);
  const [here, there] = [deals.lastWrite('here', row.id, field), deals.lastWrite('there', recordId, field)].map(
    (write) => (write && write.at > since ? write : undefined),
  );
  const now = row.values[field];
  const written = [here, there].flatMap((write) => (write ? [write.value] : []));
  // a new deal whose stage Twenty does not have begins in its first one
  const isBegun = field === 'stage' && now === 'NEW' && isUnusableThere(field, here?.value ?? null);
  if (written.length === 0 || written.includes(now) || isBegun) return;
  throw new Violation(
    'No lost write',
    `${field} of deal ${row.id} was written ${written.map(show).join(' and ')} and is ${show(now)}`,
  );
}

const show = (value: string | null): string => (value === null ? 'blank' : JSON.stringify(value));

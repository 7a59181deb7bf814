import { deletionFlows } from '../systems/conditions';
import { COLUMNS, FIELDS, valuesOfLead, type Field } from '../systems/fields';
import type { LeadRow, World } from '../world/world';
import { assertEqualWhereSynced } from './equality';

const COLUMN_LIST = [
  'id',
  'twenty_id',
  'sync_status',
  'sync_error_message',
  'left_out',
  ...FIELDS.flatMap((field) => COLUMNS[field]),
];
const LEADS_QUERY = `select coalesce(json_agg(json_build_object('joined', s.joined, 'address', lower(s.base_remote ->> 'email'), ${COLUMN_LIST.map((c) => `'${c}', l.${c}`).join(', ')})
    order by l.id), '[]') as leads, (select max(c.cursor) from lead_sync.cursors as c) as cursor,
    (select coalesce(max(c.id), 0)::integer from public.lead_sync_conflicts as c) as conflict from public.leads as l left join lead_sync.lead_states as s on s.lead_id = l.id`;

/**
 * Reads the leads, notes what has got across, and asserts what must hold at any time.
 * @param by who may have changed them
 */
export async function look(world: World, by: 'user' | 'sync' = 'user'): Promise<void> {
  const { ledger, twenty } = world;
  const [row] = await world.database.read<{ leads: LeadRow[]; cursor: Date | null; conflict: number }>(LEADS_QUERY);
  const { leads, cursor, conflict } = row;
  const known = new Map(world.leads.map((lead) => [lead.id, lead]));
  world.leads = leads;
  ledger.lastConflict = Math.max(ledger.lastConflict, conflict);
  for (const lead of leads) if (lead.deleted_at !== null) assertDeletedBySomebody(world, lead);
  if (by === 'sync' && !deletionFlows(world.conditions, 'to_supabase')) {
    for (const lead of leads) assertDeletionStays(world, lead, known.get(lead.id));
  }
  for (const lead of leads) if (lead.joined !== (known.get(lead.id)?.joined ?? null)) noteJoined(world, lead, known);
  if (by === 'sync') {
    for (const lead of leads) assertNotTakenFromForgotten(world, lead, known.get(lead.id));
    await assertEqualWhereSynced(world);
  }
  for (const lead of leads) if (!known.has(lead.id)) noteNewLead(world, lead, by);
  ledger.look(world.pairs());
  for (const lead of leads) {
    if (lead.twenty_id === null || (twenty.person(lead.twenty_id) && !ledger.isReborn(lead.twenty_id))) continue;
    ledger.lookGone(lead.id, lead.twenty_id, valuesOfLead(lead));
  }
  const time = cursor?.getTime() ?? 0;
  if (time < world.cursor) world.fail('Monotone cursor', `went back from ${iso(world.cursor)} to ${iso(time)}`);
  world.cursor = Math.max(world.cursor, time);
}

/** A lead counts as deleted when somebody deleted it, or its person, or made the person vanish. */
function assertDeletedBySomebody(world: World, { id, twenty_id }: LeadRow): void {
  const { ledger, twenty } = world;
  if (ledger.wasDeleted(id)) return;
  const person = twenty_id === null ? undefined : twenty.person(twenty_id);
  if (!person || person.deletedAt !== null || ledger.wasDeleted(String(person.id))) return;
  world.fail('Tombstones', `lead ${id} was taken for deleted, and nobody had deleted it`);
}

/** The sync links no lead to somebody forgotten; a person whom it created for the lead is nobody else, whichever address they get. */
function assertNotTakenFromForgotten(world: World, lead: LeadRow, before: LeadRow | undefined): void {
  const { email } = valuesOfLead(lead);
  const isOfBefore =
    !before ||
    lead.twenty_id === before.twenty_id ||
    lead.twenty_id === lead.id ||
    email === valuesOfLead(before).email;
  if (isOfBefore || email === null || !world.forgotten.has(email)) return;
  world.fail('Tombstones', `lead ${lead.id} got ${email}, the address of somebody forgotten, with their person`);
}

/** Where deletions in Twenty stay there, the sync deletes and restores no lead. */
function assertDeletionStays(world: World, lead: LeadRow, before: LeadRow | undefined): void {
  if (before && lead.joined === null && (before.deleted_at === null) !== (lead.deleted_at === null)) {
    world.fail('Tombstones', `a deletion in Twenty came to lead ${lead.id}, where it must not`);
  }
}

/** What the lead that stays has got from the one that joined it counts as written to it here. */
function noteJoined(world: World, { id, joined }: LeadRow, known: ReadonlyMap<string, LeadRow>): void {
  const { leads, ledger, touches } = world;
  touches.move(id, joined);
  const [given, after] = [known.get(id), leads.find((lead) => lead.id === joined)];
  if (!given || !after) return;
  const before = known.get(after.id);
  const [now, from] = [after, given].map(valuesOfLead);
  const old = before && valuesOfLead(before);
  const hasGotPerson = after.twenty_id !== null && after.twenty_id === given.twenty_id;
  for (const field of FIELDS) {
    // with its person, a lead has what they had agreed on, and nobody has written it
    if (hasGotPerson && ledger.isAgreed(id, field, now[field])) continue;
    if (now[field] !== null && now[field] !== old?.[field] && now[field] === from[field])
      ledger.noteFilled(after.id, String(after.twenty_id), id, field, now[field], old?.[field] === null);
  }
  noteMergedLeads(world, given, before, after);
}

/** Of leads that somebody merged here, what was chosen counts as written; no address of either may be lost. */
function noteMergedLeads(world: World, given: LeadRow, before: LeadRow | undefined, after: LeadRow): void {
  const { ledger, merges } = world;
  const order = merges.orderOf(given.id, after.id);
  if (!order) return;
  const [now, from] = [after, given].map(valuesOfLead);
  const old = before && valuesOfLead(before);
  const kept = [now.email, ...(now.additional_emails?.split(',') ?? [])];
  // an edit in Twenty that came along in the same step took its place
  const isEdited = now.email !== from.email && now.email !== old?.email;
  for (const address of [from.email, isEdited ? null : old?.email, ...(from.additional_emails?.split(',') ?? [])]) {
    if (address && !kept.includes(address))
      world.fail('No lost write', `lead ${after.id} has not got ${address} by its merge with ${given.id}`);
  }
  const hasGotPerson = after.twenty_id !== null && after.twenty_id === given.twenty_id;
  const isTakenOver = (field: Field): boolean => hasGotPerson && ledger.isAgreed(given.id, field, now[field]);
  const decided = FIELDS.filter((field) => !isTakenOver(field));
  // by somebody's decision, what the person had counts no more, or else what the lead had
  const takenOver = FIELDS.filter(isTakenOver);
  if (hasGotPerson) {
    ledger.forget('remote', after.twenty_id as string, decided);
    ledger.forgetAgreed('remote', after.twenty_id as string, takenOver);
  }
  ledger.forget('local', after.id, takenOver);
  for (const field of decided) {
    const isChosen = order.take.includes(field as never) || ['email', 'additional_emails'].includes(field);
    // a blank that was chosen is written, too
    const isWritten = (hasGotPerson && now[field] !== null) || (isChosen && now[field] !== old?.[field]);
    if (field !== 'deleted' && isWritten) ledger.note('local', after.id, field, now[field]);
  }
}

/** A lead made from a snapshot of a person who is gone by now: only a full read or a compare finds out. */
function noteNewLead(world: World, lead: LeadRow, by: 'user' | 'sync'): void {
  const { id, twenty_id } = lead;
  if (twenty_id === null) return;
  // by what was read: an address that the person got after that, nobody can have known
  if (by === 'sync' && !world.userLeads.includes(id) && world.isForgotten(twenty_id, valuesOfLead(lead))) {
    world.fail('Tombstones', `person ${twenty_id} was forgotten and came back as lead ${id}`);
  }
  const person = world.twenty.person(twenty_id);
  if (!person || person.deletedAt !== null) world.unseenPeople.add(twenty_id);
}

function iso(time: number): string {
  return new Date(time).toISOString();
}

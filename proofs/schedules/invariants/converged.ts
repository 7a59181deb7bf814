import {
  comparable,
  FIELDS,
  INVALID_PHONE,
  isListed,
  REFUSED_TEXT,
  valuesOfLead,
  type Field,
  type Values,
} from '../systems/fields';
import { Violation } from '../violation';
import type { UserWrite } from '../world/ledger';
import type { LeadRow, World } from '../world/world';

/** Twenty's values of `to_twenty` fields never come here. */
export const ONE_WAY: ReadonlySet<Field> = new Set(['lead_score']);

/** What has run since faults stopped: deltas alone, a reconciliation too, or everything was read again as well. */
export type Reach = 'deltas' | 'reconciliation' | 'everything';

/** Whether this much shows the sync all that happened to a lead and its person. */
function isSeen(world: World, reach: Reach, personId: string, leadId?: string): boolean {
  if (reach === 'everything') return true;
  if (reach === 'reconciliation') return !world.tracelessPeople.has(personId);
  return !world.unseenPeople.has(personId) && !(leadId && world.unseenLeads.has(leadId));
}

/** One person for each lead, one lead for each person, both sides equal, nothing on its way. */
export function assertConverged(world: World, reach: Reach): void {
  const people = new Map(world.twenty.people().map((person) => [String(person.id), person]));
  const leadOf = new Map<string, string>();
  for (const lead of world.leads) {
    if (lead.twenty_id === null) continue;
    const other = leadOf.get(lead.twenty_id);
    if (other) throw new Violation('Bijection', `leads ${other} and ${lead.id} have one person, ${lead.twenty_id}`);
    leadOf.set(lead.twenty_id, lead.id);
  }
  for (const [id, person] of people) {
    const isForgotten = world.isForgotten(id, world.twenty.values(person));
    if (person.deletedAt === null && !leadOf.has(id) && isSeen(world, reach, id) && !isForgotten) {
      throw new Violation(world.created.has(id) ? 'Bijection' : 'Converged', `person ${id} has no lead`);
    }
  }
  for (const lead of world.leads) assertNotDoubled(world, lead);
  for (const lead of world.leads) {
    if (isSeen(world, reach, String(lead.twenty_id), lead.id)) assertLeadConverged(world, lead, reach);
  }
}

/** A person whom the sync created for a lead is that lead's person, and no second lead comes of it. */
function assertNotDoubled(world: World, lead: LeadRow): void {
  const { twenty_id: personId } = lead;
  // a lead that was merged by hand may have given its person to the one that stays
  if (personId === null || !world.created.has(personId) || world.merges.wasDropped(personId)) return;
  if (personId !== lead.id && !world.destroyedLeads.has(personId) && world.twenty.person(personId)) {
    throw new Violation('Bijection', `lead ${lead.id} was made of the person created for lead ${personId}`);
  }
}

function assertLeadConverged(world: World, lead: LeadRow, reach: Reach): void {
  const local = valuesOfLead(lead);
  if (lead.sync_status === 'error' && isHeldForCause(world, lead, local, reach)) {
    if (reach === 'everything') world.exemptions.held += 1;
    return;
  }
  if (lead.sync_status !== 'synced') {
    const invariant = lead.sync_status === 'error' ? 'Isolated' : 'Converged';
    throw new Violation(
      invariant,
      `lead ${lead.id} is ${lead.sync_status}: ${lead.sync_error_message ?? 'no message'}`,
    );
  }
  const person = lead.twenty_id === null ? undefined : world.twenty.person(lead.twenty_id);
  if (!person) {
    const isEmpty = lead.twenty_id === null && FIELDS.every((field) => local[field] === null);
    if (local.deleted !== null || isEmpty) return;
    if (lead.twenty_id !== null && world.conditions.deletion !== 'both') return;
    throw new Violation('Converged', `live lead ${lead.id} has no person (its twenty_id is ${lead.twenty_id})`);
  }
  const remote = world.twenty.values(person);
  for (const field of comparedFields(world, local, remote)) {
    if (ONE_WAY.has(field) && local[field] === null && !isBlankDue(world.ledger.lastWrite('local', lead.id, field)))
      continue;
    if (field !== 'company' && isListed(lead.left_out, field)) {
      if (local[field] !== remote[field] && isUnusable(field, local)) continue;
      throw new Violation('Equal', `${field} of lead ${lead.id} is left out without cause: ${show(local[field])}`);
    }
    if (local[field] !== remote[field]) {
      throw new Violation(
        'Converged',
        `${field} of lead ${lead.id} is ${show(local[field])} here, ${show(remote[field])} in Twenty`,
      );
    }
  }
}

/** The fields in which a lead and its person must be equal: while either side is deleted, the others wait. */
export function comparedFields({ conditions }: World, local: Values, remote: Values): readonly Field[] {
  if (local.deleted === null && remote.deleted === null) return FIELDS;
  if (conditions.deletion !== 'both') return [];
  return local.deleted !== null && remote.deleted !== null ? ['deleted'] : FIELDS;
}

/** Whether a blank in a field that only goes out must still go: not where nothing was set before, nor once it has arrived. */
function isBlankDue(write: UserWrite | undefined): boolean {
  return write !== undefined && write.revertOf === undefined && write.shownAt === null;
}

/** Fields without any of which nobody is created. */
const TELLING = ['first_name', 'last_name', 'email', 'additional_emails', 'phone', 'linkedin_url'] as const;

/** Whether a value cannot be sent, or is refused by Twenty. */
export function isUnusable(field: Field, { [field]: value }: Partial<Values>): boolean {
  return value === (field === 'phone' ? comparable(field, INVALID_PHONE) : REFUSED_TEXT);
}

/** Whether the reason for which a lead waits is really there: its e-mail is another person's, nothing of it can be sent, or its person is another lead's. */
function isHeldForCause(world: World, lead: LeadRow, local: Values, reach: Reach): boolean {
  const isUntold = TELLING.every((field) => local[field] === null || isUnusable(field, local));
  if (isUntold && (isUnusable('phone', local) || isUnusable('city', local))) return true;
  // merged by hand, it gave its person to the one that stays; the record that it would become is that person
  if (lead.twenty_id === null && world.merges.wasDropped(lead.id) && world.twenty.person(lead.id)) return true;
  const isAnothers = world.twenty
    .people()
    .some(
      (person) =>
        person.id !== lead.twenty_id && local.email !== null && world.twenty.values(person).email === local.email,
    );
  // the cause may have gone where deltas do not look
  return isAnothers || (reach === 'deltas' && /duplicate|tombstone|belongs to/.test(lead.sync_error_message ?? ''));
}

/** The lead of somebody who was merged away has joined the lead of the one who stays, if that one alone has the address. */
export function assertMergedJoined(world: World): void {
  const linked = world.leads.filter(
    ({ twenty_id, deleted_at }) => twenty_id !== null && deleted_at === null && world.twenty.person(twenty_id),
  );
  for (const lead of world.leads) {
    const { id, twenty_id: gone, joined, address } = lead;
    const winner = gone === null || world.twenty.person(gone) ? undefined : world.mergedInto.get(gone);
    const holders = linked.filter((row) =>
      valuesOfLead(row)
        .additional_emails?.split(',')
        .includes(address ?? ''),
    );
    if (winner === undefined || holders.length !== 1 || holders[0].twenty_id !== winner || joined === holders[0].id)
      continue;
    throw new Violation('No lost write', `lead ${id} of a merged person has not joined lead ${holders[0].id}`);
  }
}

/** A value as a message tells it. */
export function show(value: string | null): string {
  return JSON.stringify(value);
}

import { randomUUID } from 'node:crypto';
import { asUuid, normalise, type Lead, type LeadValues, type Snapshot, type Write } from '../../lead';
import { recordIdOf } from '../records/derived-id';
import type { TwentyClient } from '../transport/client';
import { draftOf } from './drafts';
import { getLeadsByIdOrEmail } from './get-many';
import type { LeadScope } from './scope';

/** A write, or why there can be none. */
export type PlannedWrite = { write: Write } | { problem: string };

/** What is known of a record before a write of it; one that an earlier lead makes was never read. */
type Base = Pick<Write, 'twenty_id' | 'twenty_updated_at' | 'twenty_record'> & { twenty_deleted_at?: string | null };

const IDS = ['id', 'lead_id', 'twenty_id'];

/**
 * The writes that carry plain leads to Twenty: an update of the record that has the lead's Twenty id, its own id or its
 * email, otherwise a create with the lead's own id. Reads the records first, one call for each 500 leads. A lead that
 * comes after another one for the same record is an update of what the earlier one leaves.
 */
export async function writesFromLeads(
  client: TwentyClient,
  scope: LeadScope,
  leads: readonly Lead[],
): Promise<PlannedWrite[]> {
  const asked = leads.map((lead) => ({ lead_id: lead.id, twenty_id: lead.twenty_id, email: emailOf(lead) }));
  const { leads: found } = await getLeadsByIdOrEmail(client, scope, asked);
  const snapshots = found.filter((lead): lead is Snapshot => !('absent' in lead));
  const byId = new Map<string, Base>(snapshots.map((snapshot) => [snapshot.twenty_id, snapshot]));
  const idByEmail = new Map(snapshots.flatMap(({ email, twenty_id }) => (email ? [[email, twenty_id]] : [])));
  /**
   * Makes the record as it will be after the write the base of the next one. When Twenty refuses an update, a later one
   * still carries the parts that both share a composite with.
   */
  const fold = (write: Write) => {
    const draft = draftOf(scope, write);
    if ('ok' in draft) return;
    const { twenty_id, twenty_updated_at } = write;
    const id = twenty_id.toLowerCase();
    byId.set(id, { twenty_id, twenty_updated_at, twenty_record: { ...write.twenty_record, ...draft.data } });
    for (const { value } of draft.takes) idByEmail.set(value, id);
  };
  return leads.map((lead) => {
    const id = lead.twenty_id ? String(lead.twenty_id).toLowerCase() : recordIdOf(String(lead.id ?? ''));
    if (lead.twenty_id && !byId.has(id)) {
      return { problem: `There is no record ${lead.twenty_id} in Twenty. Clear twenty_id to create one.` };
    }
    const match = byId.get(id) ?? byId.get(idByEmail.get(emailOf(lead) ?? '') ?? '');
    if (match?.twenty_deleted_at) {
      return {
        problem: `Record ${match.twenty_id} is deleted in Twenty. Restore it first, or change the lead's email.`,
      };
    }
    const write = match ? updateOf(lead, match) : createOf(lead);
    fold(write);
    return { write };
  });
}

function updateOf(lead: Lead, { twenty_id, twenty_updated_at, twenty_record }: Base): Write {
  return {
    lead_id: String(lead.id || twenty_id),
    op: 'update',
    twenty_id,
    twenty_updated_at,
    values: valuesOf(lead),
    country: countryOf(lead),
    twenty_record,
  };
}

function createOf(lead: Lead): Write {
  const id = asUuid(String(lead.id ?? '')) ?? randomUUID();
  return {
    lead_id: id,
    op: 'create',
    twenty_id: recordIdOf(id),
    values: valuesOf(lead),
    country: countryOf(lead),
    twenty_record: null,
  };
}

function valuesOf(lead: Lead): LeadValues {
  return Object.fromEntries(Object.entries(lead).filter(([field]) => !IDS.includes(field)));
}

function countryOf({ country }: Lead): string | null {
  return typeof country === 'string' ? country : null;
}

function emailOf(lead: Lead): string | null {
  const email = normalise('email', lead.email ?? null, { field: 'email' });
  return 'value' in email && typeof email.value === 'string' ? email.value : null;
}

import {
  isFilterable,
  normalise,
  normalText,
  recordToSnapshot,
  type Absence,
  type ApiRecord,
  type Snapshot,
} from '../../lead';
import { recordIdOf } from '../records/derived-id';
import { findHolders } from '../records/holders';
import type { TwentyClient } from '../transport/client';
import { scopeOfAnswer } from './lost-fields';
import type { LeadScope } from './scope';

/** A lead to look for in Twenty: by its record, by its own id (a create whose answer was lost), by its email. */
export interface AskedLead {
  lead_id?: string | null;
  twenty_id?: string | null;
  email?: string | null;
  /** The same with its host in other letters, which older records of Twenty may have. */
  other_email?: string | null;
}

export interface FoundLeads {
  leads: Array<Snapshot | Absence>;
  missing_fields: string[];
  /** Rate tokens spent. */
  calls: number;
}

const ASKED_AT_ONCE = 1_000;

/**
 * Reads the records of leads by id and by email, tombstones included: one call for up to 1,000 leads. A record comes once
 * even when both match it; an id that was asked for and is not there comes as absent.
 */
export async function getLeadsByIdOrEmail(
  client: TwentyClient,
  scope: LeadScope,
  asked: readonly AskedLead[],
): Promise<FoundLeads> {
  const callsBefore = client.calls;
  const found = new Map<string, Snapshot>();
  let known = scope;
  for (let start = 0; start < asked.length; start += ASKED_AT_ONCE) {
    const chunk = asked.slice(start, start + ASKED_AT_ONCE);
    const records = await findHolders(client, scope.object, scope.selection, {
      ids: chunk.map((lead) => lead.twenty_id || recordIdOf(lead.lead_id || '')),
      values: emailsOf(scope, chunk),
    });
    known = await scopeOfAnswer(client, known, records);
    const { mapping, missing } = known;
    for (const record of records) found.set(record.id, recordToSnapshot(record as ApiRecord, mapping, { missing }));
  }
  const askedIds = new Set(asked.flatMap(({ twenty_id: id }) => (id && isFilterable(id) ? [id] : [])));
  const absent = [...askedIds].filter((id) => !found.has(id.toLowerCase()) && !found.has(id));
  return {
    leads: [...found.values(), ...absent.map((id): Absence => ({ twenty_id: id, absent: true }))],
    missing_fields: known.missing,
    calls: client.calls - callsBefore,
  };
}

function emailsOf(scope: LeadScope, leads: readonly AskedLead[]): Array<{ path: string; value: string }> {
  const path = scope.emailPath;
  if (path === null) return [];
  const given = leads.flatMap(({ email, other_email }) => [email, other_email]);
  return given.flatMap((email) => {
    const normalised = normalise('email', email ?? null, { field: 'email' });
    if (!('value' in normalised) || !email || typeof normalised.value !== 'string') return [];
    return [normalised.value, normalText(email).toLowerCase()].map((value) => ({ path, value }));
  });
}

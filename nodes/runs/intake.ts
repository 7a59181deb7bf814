import { maskText } from '../masking/mask';
import type { Control, StorePort } from './control';
import { tried } from './tried';

/** What the database did with one lead of a list; `index` is its place there. */
export interface Stored {
  index: number | null;
  result: string;
  reason: string | null;
}

/** A lead as `upsert_leads` takes it, with how it reached us. */
export interface IncomingLead {
  [field: string]: unknown;
  touch: Record<string, unknown>;
}

/** What the loops of an intake know of the world, besides its source. */
export interface IntakePorts {
  store: StorePort;
  /** Takes leads in through the one door (`upsert_leads`). */
  upsert(leads: IncomingLead[]): Promise<Stored[]>;
  /** Milliseconds since 1970. */
  today(): number;
  control: Control;
}

/** Why something could not be read or stored: how often, and some of the ids. */
export interface Trouble {
  reason: string;
  count: number;
  ids: string[];
}

/** What became of leads that were to be stored. */
export interface StoringReport {
  created: number;
  updated: number;
  /** Their touch came before, or they say nothing new. */
  unchanged: number;
  failed: number;
  troubles: Trouble[];
}

/** By id; null: the lead is stored, or is never to be; else why it could not be read or stored. */
export type Errors = Map<string, string | null>;

/** Ids that a report names for one reason. */
const NAMED = 10;
const LONGEST_ERROR = 500;

/** Of somebody who asked to be forgotten: nothing of them is stored, and nothing more is to be tried. */
const FORGOTTEN = /^forgotten\b/;

/** Of what its source does not have, or does not show to this reader. */
const MISSING = /^missing\b/;

/** Adds to a report that something could not be read or stored. */
export function addTrouble(report: { failed: number; troubles: Trouble[] }, reason: string, id: string): void {
  report.failed += 1;
  const known = report.troubles.find((trouble) => trouble.reason === reason);
  if (known === undefined) report.troubles.push({ reason, count: 1, ids: [id] });
  else {
    known.count += 1;
    if (known.ids.length < NAMED) known.ids.push(id);
  }
}

/** Stores leads, notes of each what became of it, and counts those that are stored. */
export async function storeLeads(
  { upsert, control }: IntakePorts,
  leads: ReadonlyArray<{ id: string; lead: IncomingLead }>,
  { errors, report }: { errors: Errors; report: StoringReport },
): Promise<void> {
  if (leads.length === 0) return;
  for (const { index, result, reason } of await tried(control, () => upsert(leads.map(({ lead }) => lead)))) {
    if (index === null) continue;
    const { id } = leads[index];
    if (result === 'rejected') {
      errors.set(id, FORGOTTEN.test(reason ?? '') ? null : `rejected: ${reason ?? 'the database gave no reason'}`);
    } else {
      errors.set(id, null);
      if (result === 'created' || result === 'updated') report[result] += 1;
      else report.unchanged += 1;
    }
  }
  for (const { id } of leads) if (!errors.has(id)) errors.set(id, 'the database gave no result');
}

/** What the inbox keeps of an error: why a value was refused may quote it, and the inbox holds nothing of a person. */
export const keptError = (error: string): string => maskText(error, LONGEST_ERROR);

/** Tells the inbox what became of the hints of a claim, and a report which of them failed. */
export async function settle(
  { store, control }: IntakePorts,
  { source, claimToken, ids }: { source: string; claimToken: string; ids: readonly string[] },
  { errors, report }: { errors: Errors; report: StoringReport },
): Promise<void> {
  const results = ids.map((external_id) => {
    const error = errors.get(external_id) ?? null;
    return error === null
      ? { external_id, error }
      : { external_id, error: keptError(error), gone: MISSING.test(error) };
  });
  await tried(control, async () => {
    await store.rpc('settle_intake', { p_source: source, p_claim_token: claimToken, p_results: results });
  });
  for (const { external_id, error } of results) if (error !== null) addTrouble(report, error, external_id);
}

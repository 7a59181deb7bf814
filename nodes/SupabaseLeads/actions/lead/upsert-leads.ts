import type { IDataObject } from 'n8n-workflow';
import type { FunctionArguments, LeadDatabase } from '../../transport/client';
import { leadFlaw } from './lead-check';

/**
 * What happened to one lead; `index` is its place in the list that was given, `null` for a lead of the claim that no
 * record of the list belongs to.
 */
export interface LeadResult extends IDataObject {
  index: number | null;
  result: string;
  reason: string | null;
}

export interface UpsertAnswer extends IDataObject {
  results: LeadResult[];
}

/**
 * Sends leads through the one door, `upsert_leads`. A lead that no database could store would fail the whole call, so
 * `null` goes in its place: the database rejects and counts it, and its result gets the reason found here.
 * @param args the function's other arguments
 */
export async function upsertLeads(
  database: LeadDatabase,
  leads: unknown[],
  args: FunctionArguments,
  itemIndex: number,
): Promise<UpsertAnswer> {
  const flaws = leads.map(leadFlaw);
  const sent = leads.map((lead, index) => (flaws[index] === null ? lead : null));
  const answer = await database.call('upsert_leads', { ...args, p_leads: sent }, itemIndex);
  const results = ((answer.results ?? []) as LeadResult[]).map((result) => ({
    ...result,
    reason: (result.index === null ? null : flaws[result.index]) ?? result.reason,
  }));
  return { ...answer, results };
}

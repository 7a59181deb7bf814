import type { IDataObject } from 'n8n-workflow';
import { isObject } from '../../../lead';
import type { FunctionArguments, LeadDatabase } from '../../transport/client';
import { leadFlaw } from './lead-check';

/** What happened to one lead; `index` is its place in the list that was given. */
export interface LeadResult extends IDataObject {
  index: number;
  result: string;
  reason: string | null;
}

export interface UpsertAnswer {
  answer: IDataObject;
  results: LeadResult[];
}

function countsWith(answer: IDataObject, rejected: number): IDataObject {
  const counts = isObject(answer.counts) ? answer.counts : {};
  return { ...counts, rejected: Number(counts.rejected ?? 0) + rejected };
}

/**
 * Sends leads through the one door, `upsert_leads`. Leads that no database could store are rejected here, each with its
 * reason, because one of them would fail the whole call; the answer counts them like any rejected lead.
 * @param args the function's other arguments
 */
export async function upsertLeads(
  database: LeadDatabase,
  leads: unknown[],
  args: FunctionArguments,
  itemIndex: number,
): Promise<UpsertAnswer> {
  const checked = leads.map((lead, index) => ({ lead, index, flaw: leadFlaw(lead) }));
  const sound = checked.filter(({ flaw }) => flaw === null);
  const answer = await database.call('upsert_leads', { ...args, p_leads: sound.map(({ lead }) => lead) }, itemIndex);
  const answered = (answer.results ?? []) as LeadResult[];
  const results = [
    ...answered.map((result) => ({ ...result, index: sound[result.index].index })),
    ...checked
      .filter(({ flaw }) => flaw !== null)
      .map(({ index, flaw }) => ({
        index,
        lead_id: null,
        twenty_id: null,
        result: 'rejected',
        linked: false,
        reason: flaw,
        fields: [],
      })),
  ].sort((a, b) => a.index - b.index);
  return { answer: { ...answer, results, counts: countsWith(answer, leads.length - sound.length) }, results };
}

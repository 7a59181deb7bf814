import { NodeOperationError, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import type { LeadDatabase } from '../../transport/client';
import { failedItem } from '../each-item';
import { textParameter } from '../parameters';
import { ignoredColumns, leadOfItem } from './item-leads';
import { bytesOf, leadFlaw, MAX_REQUEST_BYTES } from './lead-check';
import { upsertLeads } from './upsert-leads';

interface ItemLead {
  itemIndex: number;
  source: string | null;
  lead: unknown;
  /** Columns of the item that were not taken. */
  ignored: string[];
}

type ItemOutcome = { item: INodeExecutionData } | { rejected: string } | { failed: unknown };

/** Batches in input order, each of one source, of at most `size` leads and one request's bytes. */
export function batchesOf(leads: ItemLead[], size: number): ItemLead[][] {
  const batches: ItemLead[][] = [];
  let bytes = 0;
  for (const itemLead of leads) {
    const batch = batches.at(-1);
    const more = bytesOf(itemLead.lead);
    if (batch && batch.length < size && batch[0].source === itemLead.source && bytes + more <= MAX_REQUEST_BYTES) {
      batch.push(itemLead);
      bytes += more;
    } else {
      batches.push([itemLead]);
      bytes = more;
    }
  }
  return batches;
}

async function sendBatch(database: LeadDatabase, batch: ItemLead[]): Promise<[number, ItemOutcome][]> {
  const [{ itemIndex, source }] = batch;
  const leads = batch.map(({ lead }) => lead);
  const { results } = await upsertLeads(database, leads, { p_source: source }, itemIndex);
  return results.flatMap(({ index, ...result }): [number, ItemOutcome][] => {
    if (index === null) return [];
    const item = batch[index].itemIndex;
    const json = { ...result, ignored: batch[index].ignored };
    if (result.result !== 'rejected') return [[item, { item: { json, pairedItem: { item } } }]];
    const reason = result.reason ?? 'it gave no reason';
    return [[item, { rejected: `The database rejected the lead: ${reason}. Correct it and send it again.` }]];
  });
}

/** Reads the leads of all items; what cannot be sent becomes an outcome of its item. */
function readLeads(context: IExecuteFunctions, outcomes: Map<number, ItemOutcome>): ItemLead[] {
  return context.getInputData().flatMap(({ json }, itemIndex) => {
    try {
      const source = textParameter(context, 'source', itemIndex);
      const lead = source === 'twenty' ? json : leadOfItem(context, itemIndex);
      const flaw = leadFlaw(lead);
      const ignored = source === 'twenty' ? [] : ignoredColumns(context, itemIndex);
      if (flaw === null) return [{ itemIndex, lead, source, ignored }];
      outcomes.set(itemIndex, { rejected: flaw });
    } catch (error) {
      outcomes.set(itemIndex, { failed: error });
    }
    return [];
  });
}

/** Says which columns were not taken: an export of a form may call the phone `phone_number`, and nobody would know. */
function hintAboutIgnored(context: IExecuteFunctions, leads: ItemLead[]): void {
  const columns = [...new Set(leads.flatMap(({ ignored }) => ignored))];
  if (columns.length === 0) return;
  const named = columns.slice(0, 10).join(', ') + (columns.length > 10 ? ` and ${columns.length - 10} more` : '');
  const message = `Not taken, because leads have no such columns: ${named}. Map them under Columns, or rename them before.`;
  context.addExecutionHints({ message, type: 'info', location: 'outputPane' });
}

function toItem(
  context: IExecuteFunctions,
  outcome: ItemOutcome | undefined,
  itemIndex: number,
  summary: string,
): INodeExecutionData {
  if (outcome && 'item' in outcome) return outcome.item;
  if (outcome && 'failed' in outcome) return failedItem(context, outcome.failed, itemIndex);
  const message = outcome?.rejected ?? 'The database gave no result for this lead. Send it again.';
  const error = new NodeOperationError(context.getNode(), message, { itemIndex, description: summary });
  return failedItem(context, error, itemIndex);
}

/**
 * Each input item is one lead. Items travel in batches; a lead that is rejected does not keep the others from landing.
 * @throws NodeApiError | NodeOperationError for the first failed lead, after all others are sent, unless the node
 * continues on fail
 */
export async function upsertItems(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]> {
  const outcomes = new Map<number, ItemOutcome>();
  const size = context.getNodeParameter('options.batchSize', 0, 500) as number;
  const leads = readLeads(context, outcomes);
  hintAboutIgnored(context, leads);
  for (const batch of batchesOf(leads, size)) {
    try {
      (await sendBatch(database, batch)).forEach(([itemIndex, outcome]) => outcomes.set(itemIndex, outcome));
    } catch (error) {
      batch.forEach(({ itemIndex }) => outcomes.set(itemIndex, { item: failedItem(context, error, itemIndex) }));
    }
  }
  const indexes = [...context.getInputData().keys()];
  const stored = indexes.filter((itemIndex) => 'item' in (outcomes.get(itemIndex) ?? {})).length;
  const summary = `${stored} of ${indexes.length} leads are stored. To go on with those, set On Error to continue.`;
  return indexes.map((itemIndex) => toItem(context, outcomes.get(itemIndex), itemIndex, summary));
}

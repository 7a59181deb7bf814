import {
  NodeApiError,
  NodeOperationError,
  type IDataObject,
  type IExecuteFunctions,
  type INodeExecutionData,
  type JsonObject,
} from 'n8n-workflow';
import type { LeadDatabase } from '../../transport/client';
import { errorItem, messageOf } from '../each-item';
import { textParameter } from '../parameters';
import { leadOfItem } from './item-leads';
import { bytesOf, leadFlaw, MAX_REQUEST_BYTES } from './lead-check';
import { upsertLeads } from './upsert-leads';

interface ItemLead {
  itemIndex: number;
  source: string | null;
  lead: unknown;
}

type ItemOutcome = { result: IDataObject } | { error: string };

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
    const rejected = result.result === 'rejected';
    return [
      [batch[index].itemIndex, rejected ? { error: result.reason ?? 'The database rejected the lead' } : { result }],
    ];
  });
}

function toItem(outcome: ItemOutcome | undefined, itemIndex: number): INodeExecutionData {
  if (outcome === undefined) return errorItem('The database gave no result for this lead. Run it again.', itemIndex);
  return 'error' in outcome
    ? errorItem(outcome.error, itemIndex)
    : { json: outcome.result, pairedItem: { item: itemIndex } };
}

/**
 * Each input item is one lead. Items travel in batches; a lead that is rejected does not keep the others from landing.
 * @throws NodeOperationError for the first rejected lead, after all others are stored, unless the node continues on fail
 */
export async function upsertItems(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]> {
  const outcomes = new Map<number, ItemOutcome>();
  const sendable: ItemLead[] = [];
  const items = context.getInputData();

  for (const itemIndex of items.keys()) {
    try {
      const source = textParameter(context, 'source', itemIndex);
      const lead = source === 'twenty' ? items[itemIndex].json : leadOfItem(context, itemIndex);
      const flaw = leadFlaw(lead);
      if (flaw !== null) outcomes.set(itemIndex, { error: flaw });
      else sendable.push({ itemIndex, lead, source });
    } catch (error) {
      outcomes.set(itemIndex, { error: messageOf(error) });
    }
  }

  const size = context.getNodeParameter('options.batchSize', 0, 500) as number;
  for (const batch of batchesOf(sendable, size)) {
    try {
      (await sendBatch(database, batch)).forEach(([itemIndex, outcome]) => outcomes.set(itemIndex, outcome));
    } catch (error) {
      if (!context.continueOnFail()) throw new NodeApiError(context.getNode(), error as JsonObject);
      batch.forEach(({ itemIndex }) => outcomes.set(itemIndex, { error: messageOf(error) }));
    }
  }

  const indexes = [...items.keys()];
  const rejected = indexes.flatMap((itemIndex) => {
    const outcome = outcomes.get(itemIndex);
    return outcome && 'error' in outcome ? [{ itemIndex, error: outcome.error }] : [];
  });
  if (rejected.length > 0 && !context.continueOnFail()) {
    throw new NodeOperationError(context.getNode(), rejected[0].error, {
      description: `${rejected.length} of ${indexes.length} leads were rejected; the others are stored. To go on with those, set On Error to continue.`,
      itemIndex: rejected[0].itemIndex,
    });
  }
  return indexes.map((itemIndex) => toItem(outcomes.get(itemIndex), itemIndex));
}

import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';
import { InputError } from '../../../errors/input-error';
import { hint, inBatches, type Item, type Outcome, type ReadItem } from '../../../frame';
import { isObject } from '../../../lead';
import type { LeadDatabase } from '../../transport/client';
import { ignoredColumns, leadOfItem } from './item-leads';
import { bytesOf, leadFlaw, MAX_REQUEST_BYTES } from './lead-check';
import { touchOf } from './touch';
import { upsertLeads } from './upsert-leads';

const DEFAULT_BATCH_SIZE = 500;

interface ItemLead {
  source: string | null;
  lead: unknown;
  /** Columns of the item that were not taken. */
  ignored: string[];
}

/** Each input item is one lead. Items travel in batches; a lead that is rejected does not keep the others from landing. */
export const upsertItems = inBatches<LeadDatabase, ItemLead>({
  read: readLead,
  split(items) {
    if (items.length === 0) return [];
    hintAboutIgnored(items[0].item.context, items);
    return batchesOf(items, Number(items[0].item.value('options.batchSize', DEFAULT_BATCH_SIZE)));
  },
  work: sendBatch,
  summary: (stored, all) => `${stored} of ${all} leads are stored. To go on with those, set On Error to continue.`,
});

/** @throws InputError for a lead that cannot be sent */
function readLead(item: Item): ItemLead {
  const source = item.text('source');
  const isSnapshot = source === 'twenty';
  const lead = isSnapshot ? item.input : withTouch(leadOfItem(item), touchOf(item));
  const flaw = leadFlaw(lead);
  if (flaw !== null) throw new InputError(flaw);
  return { source, lead, ignored: isSnapshot ? [] : ignoredColumns(item) };
}

const withTouch = (lead: unknown, touch: IDataObject | null): unknown =>
  touch === null || !isObject(lead) ? lead : { ...lead, touch };

/** Batches in input order, each of one source, of at most `size` leads and one request's bytes. */
function batchesOf(items: Array<ReadItem<ItemLead>>, size: number): Array<Array<ReadItem<ItemLead>>> {
  const batches: Array<Array<ReadItem<ItemLead>>> = [];
  let bytes = 0;
  for (const read of items) {
    const { source, lead } = read.input;
    const batch = batches.at(-1);
    const more = bytesOf(lead);
    if (batch && batch.length < size && batch[0].input.source === source && bytes + more <= MAX_REQUEST_BYTES) {
      batch.push(read);
      bytes += more;
    } else {
      batches.push([read]);
      bytes = more;
    }
  }
  return batches;
}

async function sendBatch(batch: Array<ReadItem<ItemLead>>, database: LeadDatabase): Promise<Outcome[]> {
  const [{ item, input }] = batch;
  const leads = batch.map(({ input: { lead } }) => lead);
  const { results } = await upsertLeads(database, leads, { p_source: input.source }, item.index);
  const byIndex = new Map(results.map(({ index, ...result }) => [index, result]));
  return batch.map(({ input: { ignored } }, index) => {
    const result = byIndex.get(index);
    if (result === undefined) return new InputError('The database gave no result for this lead', 'Send it again.');
    if (result.result !== 'rejected') return { ...result, ignored };
    const reason = result.reason ?? 'it gave no reason';
    return new InputError(`The database rejected the lead: ${reason}`, 'Correct it and send it again.');
  });
}

/** Says which columns were not taken: an export of a form may call the phone `phone_number`, and nobody would know. */
function hintAboutIgnored(context: IExecuteFunctions, items: Array<ReadItem<ItemLead>>): void {
  const columns = [...new Set(items.flatMap(({ input }) => input.ignored))];
  if (columns.length === 0) return;
  const named = columns.slice(0, 10).join(', ') + (columns.length > 10 ? ` and ${columns.length - 10} more` : '');
  const message = `Not taken, because leads have no such columns: ${named}. Map them under Columns, or rename them before.`;
  hint(context, message);
}

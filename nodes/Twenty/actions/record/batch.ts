import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import { isObject, type JsonObject } from '../../../lead';
import type { RecordInput } from '../../records/write-records';
import type { WriteResult } from '../../records/writer';
import type { TwentyClient } from '../../transport/client';
import { TwentyError } from '../../transport/failures';
import { readObject, type ObjectMetadata } from '../../transport/metadata';
import { failedItem } from '../operation';
import { textParameter } from '../parameters';

/** What the work on a batch of items is given. */
export interface ItemBatch {
  object: ObjectMetadata;
  itemIndexes: number[];
}

/**
 * Gathers the items by their object and runs the work once for each, so that hundreds of items cost one call. Items that
 * failed are raised only when all others are done.
 */
export async function runBatched(
  context: IExecuteFunctions,
  client: TwentyClient,
  work: (batch: ItemBatch) => Promise<WriteResult[]>,
): Promise<INodeExecutionData[]> {
  const byObject = new Map<string, number[]>();
  context.getInputData().forEach((_item, itemIndex) => {
    const name = textParameter(context, 'object', itemIndex) || 'person';
    byObject.set(name, [...(byObject.get(name) ?? []), itemIndex]);
  });
  const results: WriteResult[] = [];
  for (const [name, itemIndexes] of byObject) {
    const done = await work({ object: await readObject(client, name), itemIndexes });
    itemIndexes.forEach((itemIndex, position) => (results[itemIndex] = done[position]));
  }
  return results.flatMap((result, item) =>
    result.ok
      ? [{ json: result.record as IDataObject, pairedItem: { item } }]
      : failedItem(context, new TwentyError(result.failure), item),
  );
}

/** A record as an item's parameters describe it: mapped fields, or the item's own fields by name. */
export function recordInput(context: IExecuteFunctions, itemIndex: number): RecordInput {
  const mode = context.getNodeParameter('fields.mappingMode', itemIndex, 'defineBelow');
  const json: unknown =
    mode === 'autoMapInputData'
      ? context.getInputData()[itemIndex].json
      : context.getNodeParameter('fields.value', itemIndex, {});
  const { id, ...values } = isObject(json) ? json : ({} as JsonObject);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { values: given, ...(typeof id === 'string' && id !== '' ? { id } : {}) };
}

/** The record ID of an item. */
export function recordId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textParameter(context, 'recordId', itemIndex);
  if (id !== '') return id;
  throw new NodeOperationError(context.getNode(), 'There is no record ID', {
    itemIndex,
    description: 'Choose a record, or give its ID by an expression, e.g. {{ $json.id }}.',
  });
}

import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { operationError } from '../../../errors/operation-error';
import { isObject, type JsonObject } from '../../../lead';
import type { RecordInput } from '../../records/write-records';
import type { WriteResult } from '../../records/writer';
import type { TwentyClient } from '../../transport/client';
import { TwentyError } from '../../transport/failures';
import { readObject, type ObjectMetadata } from '../../transport/metadata';
import { forEachGroup, type Outcome } from '../groups';
import { textParameter } from '../parameters';

/** How an operation reads an item, and what it does with all that were read. */
export interface BatchWork<T> {
  read: (itemIndex: number) => T;
  /** A yes or no that changes what is done with an item: items that differ in it are run apart. No, unless told. */
  flag?: (itemIndex: number) => boolean;
  /** Works on inputs of one object and one flag; a result for each, in order. */
  run: (object: ObjectMetadata, inputs: T[], flag: boolean) => Promise<WriteResult[]>;
}

/**
 * Gathers the items by their object and flag and runs the work once for each group, so that hundreds of items cost one
 * call. Items that failed are raised only when all others are done.
 */
export async function runBatched<T>(
  context: IExecuteFunctions,
  client: TwentyClient,
  work: BatchWork<T>,
): Promise<INodeExecutionData[]> {
  const read = (itemIndex: number) => {
    const name = textParameter(context, 'object', itemIndex) || 'person';
    const flag = work.flag?.(itemIndex) ?? false;
    return { key: `${name} ${flag}`, input: { name, flag, value: work.read(itemIndex) } };
  };
  return await forEachGroup(context, read, async (group) => {
    const { name, flag } = group[0].input;
    const object = await readObject(client, name);
    const values = group.map(({ input }) => input.value);
    const results = await work.run(object, values, flag);
    return group.map(({ itemIndex }, position) => outcomeOf(results[position], itemIndex));
  });
}

function outcomeOf(result: WriteResult, item: number): Outcome {
  if (!result.ok) return { error: new TwentyError(result.failure) };
  return [{ json: result.record as IDataObject, pairedItem: { item } }];
}

/** A record as an item's parameters describe it: mapped fields, or the item's own fields by name. */
export function recordInput(context: IExecuteFunctions, itemIndex: number): RecordInput {
  const { id, values } = recordFields(context, itemIndex);
  return { values, ...(typeof id === 'string' && id !== '' ? { id: checkedId(context, id, itemIndex) } : {}) };
}

/** The fields of an item by name and what it has as `id`, which may be any text of another system. */
export function recordFields(context: IExecuteFunctions, itemIndex: number): { id: unknown; values: JsonObject } {
  const mode = context.getNodeParameter('fields.mappingMode', itemIndex, 'defineBelow');
  const json: unknown =
    mode === 'autoMapInputData'
      ? context.getInputData()[itemIndex].json
      : context.getNodeParameter('fields.value', itemIndex, {});
  const { id, ...values } = isObject(json) ? json : ({} as JsonObject);
  const given = Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
  return { id, values: given };
}

/** The record ID of an item. */
export function recordId(context: IExecuteFunctions, itemIndex: number): string {
  const id = textParameter(context, 'recordId', itemIndex);
  if (id !== '') return checkedId(context, id, itemIndex);
  throw operationError(
    context.getNode(),
    'There is no record ID',
    'Choose a record, or give its ID by an expression, e.g. {{ $json.id }}.',
    itemIndex,
  );
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Twenty refuses the whole batch for one ID that is none. */
function checkedId(context: IExecuteFunctions, id: string, itemIndex: number): string {
  if (UUID.test(id)) return id.toLowerCase();
  throw operationError(
    context.getNode(),
    `"${id.slice(0, 60)}" is not a record ID`,
    'Give the ID that Twenty shows for the record, e.g. 6f1f0c52-6a2b-4b3a-9c52-2f4a1f0e3b11.',
    itemIndex,
  );
}

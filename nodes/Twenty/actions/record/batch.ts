import { byKey, inBatches, type Item } from '../../../frame';
import { asUuid, isObject, type JsonObject } from '../../../lead';
import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import type { RecordInput } from '../../records/write-records';
import type { WriteResult } from '../../records/writer';
import type { TwentyClient } from '../../transport/client';
import { TwentyError } from '../../transport/failures';
import { readObject, type ObjectMetadata } from '../../transport/metadata';
import type { Execute } from '../types';

/** Items that go together: all are of one object and agree in the flag. */
export interface RecordBatch<T> {
  client: TwentyClient;
  object: ObjectMetadata;
  inputs: T[];
  flag: boolean;
  /** Records of one call. */
  batchSize: number;
}

/** How an operation reads an item, and what it does with all that were read. */
export interface RecordWork<T> {
  read: (item: Item) => T;
  /** A yes or no that changes what is done with an item: items that differ in it are run apart. No, unless told. */
  flag?: (item: Item) => boolean;
  /** A result for each input, in order. */
  run: (batch: RecordBatch<T>) => Promise<WriteResult[]>;
}

/** Gathers the items by their object and flag and runs the work once for each group. */
export function inRecordBatches<T>({ read, flag, run }: RecordWork<T>): Execute {
  return inBatches<TwentyClient, { name: string; flag: boolean; value: T }>({
    read: (item) => ({ name: item.text('object') ?? 'person', flag: flag?.(item) ?? false, value: read(item) }),
    split: byKey(({ input }) => `${input.name} ${input.flag}`),
    async work(batch, client) {
      const [{ item, input }] = batch;
      const results = await run({
        client,
        object: await readObject(client, input.name),
        inputs: batch.map(({ input: { value } }) => value),
        flag: input.flag,
        batchSize: item.count('options.batchSize', DEFAULT_BATCH_SIZE),
      });
      return results.map((result) => (result.ok ? result.record : new TwentyError(result.failure)));
    },
  });
}

/** A record as an item's parameters describe it: mapped fields, or the item's own fields by name. */
export function recordInput(item: Item): RecordInput {
  const { id, values } = recordFields(item);
  return { values, ...(typeof id === 'string' && id !== '' ? { id: checkedId(item, id) } : {}) };
}

/**
 * The fields of an item by name and what it has as `id`, which may be any text of another system. n8n 1 stores `false` for each
 * yes-or-no field of the object, also for those that the panel does not show.
 */
export function recordFields(item: Item): { id: unknown; values: JsonObject } {
  const isWhole = item.text('fields.mappingMode') === 'autoMapInputData';
  const json = isWhole ? item.input : item.value('fields.value', {});
  const { id, ...values } = isObject(json) ? json : ({} as JsonObject);
  const schema = isWhole ? [] : (item.value('fields.schema', []) as Array<{ id: string; removed?: boolean }> | null);
  const hidden = new Set(schema?.filter(({ removed }) => removed).map((field) => field.id));
  const given = Object.fromEntries(
    Object.entries(values).filter(([name, value]) => value !== undefined && !hidden.has(name)),
  );
  return { id, values: given };
}

/** The record ID of an item. */
export function recordId(item: Item): string {
  const id = item.text('recordId');
  if (id !== null) return checkedId(item, id);
  throw item.error('There is no record ID', 'Choose a record, or give its ID by an expression, e.g. {{ $json.id }}.');
}

/** Twenty refuses the whole batch for one ID that is none. */
function checkedId(item: Item, given: string): string {
  const id = asUuid(given);
  if (id !== null) return id;
  throw item.error(
    `"${given.slice(0, 60)}" is not a record ID`,
    'Give the ID that Twenty shows for the record, e.g. 6f1f0c52-6a2b-4b3a-9c52-2f4a1f0e3b11.',
  );
}

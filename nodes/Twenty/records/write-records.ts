import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lead';
import type { TwentyClient } from '../transport/client';
import type { TwentyFailure } from '../transport/failures';
import type { ObjectMetadata } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
import { uniqueKey, type RecordWrite } from './batch-plan';
import { fullSelection } from './field-types';
import { findHolders } from './holders';
import { completeComposites, toRecordData, uniqueValuesOf } from './record-data';
import { writeRecords, type WriteResult } from './writer';

/** One record to write, by values as `toRecordData` takes them. */
export interface RecordInput {
  id?: string;
  values: JsonObject;
}

interface Draft extends RecordWrite {
  index: number;
}

/** Creates records; each needs nothing but values. An id that is given becomes the record's id. */
export async function createRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  inputs: readonly RecordInput[],
  batchSize: number,
): Promise<WriteResult[]> {
  const drafts = inputs.map((input, index) => draftOf(object, index, input.id ?? randomUUID(), input.values, null));
  return inOrder(inputs, await writeDrafts(client, object, drafts, 'insert', batchSize));
}

/** Updates records that exist; an id that is not there (or deleted) is `not_found`, never created. */
export async function updateRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  inputs: readonly RecordInput[],
  batchSize: number,
): Promise<WriteResult[]> {
  const ids = inputs.map((input) => input.id ?? '');
  const found = await readInputs(
    client,
    object,
    inputs.map((input) => ({ id: input.id, values: {} })),
  );
  const byId = new Map(found.map((record) => [record.id, record]));
  const results = new Map<number, WriteResult>();
  const drafts = inputs.flatMap((input, index) => {
    const current = byId.get(ids[index]);
    if (current && !current.deletedAt) {
      const draft = draftOf(object, index, ids[index], input.values, current);
      byId.set(current.id, recordAfter(draft, current));
      return [draft];
    }
    results.set(
      index,
      refused('not_found', current ? deleted(object, current) : `there is no ${object.nameSingular} ${ids[index]}`),
    );
    return [];
  });
  return inOrder(inputs, results, await writeDrafts(client, object, drafts, 'update', batchSize));
}

/**
 * Updates the records that have an input's id or one of its unique values, creates the others. Looked up first, because
 * Twenty's own upsert would bring deleted records back and could write to a record that was not meant.
 */
export async function upsertRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  inputs: readonly RecordInput[],
  batchSize: number,
): Promise<WriteResult[]> {
  const known = new Holders(object, await readInputs(client, object, inputs));
  const results = new Map<number, WriteResult>();
  const creates: Draft[] = [];
  const updates: Draft[] = [];
  inputs.forEach((input, index) => {
    const data = toRecordData(object, input.values);
    const matches = known.matching(input.id, data);
    const [match] = matches;
    if (matches.length > 1) {
      const ids = matches.map((record) => record.id).join(' and ');
      results.set(index, refused('conflict', `its id and unique values belong to different records: ${ids}`));
    } else if (match?.deletedAt) results.set(index, refused('conflict', deleted(object, match)));
    else {
      const draft = draftOf(object, index, match?.id ?? input.id ?? randomUUID(), input.values, match ?? null);
      (match ? updates : creates).push(draft);
      known.add(recordAfter(draft, match));
    }
  });
  const created = await writeDrafts(client, object, creates, 'insert', batchSize);
  const updated = await writeDrafts(client, object, updates, 'update', batchSize);
  return inOrder(inputs, results, created, updated);
}

/** Records as known so far, by id and by unique value; a value that a record had before still names it. */
class Holders {
  private readonly byId = new Map<string, TwentyNode>();
  private readonly idByValue = new Map<string, string>();

  constructor(
    private readonly object: ObjectMetadata,
    records: readonly TwentyNode[],
  ) {
    for (const record of records) this.add(record);
  }

  add(record: TwentyNode): void {
    this.byId.set(record.id, record);
    for (const value of uniqueValuesOf(this.object, record)) this.idByValue.set(uniqueKey(value), record.id);
  }

  matching(id: string | undefined, data: JsonObject): TwentyNode[] {
    const ids = [id, ...uniqueValuesOf(this.object, data).map((value) => this.idByValue.get(uniqueKey(value)))];
    return [...new Set(ids)].flatMap((known) => this.byId.get(known ?? '') ?? []);
  }
}

async function readInputs(
  client: TwentyClient,
  object: ObjectMetadata,
  inputs: readonly RecordInput[],
): Promise<TwentyNode[]> {
  return await findHolders(client, object, fullSelection(object), {
    ids: inputs.flatMap(({ id }) => (id ? [id] : [])),
    values: inputs.flatMap(({ values }) => uniqueValuesOf(object, toRecordData(object, values))),
  });
}

function draftOf(
  object: ObjectMetadata,
  index: number,
  id: string,
  values: JsonObject,
  current: TwentyNode | null,
): Draft {
  const given = toRecordData(object, values);
  const data = { ...(current ? completeComposites(object, given, current) : given), id };
  return {
    index,
    id,
    data,
    takes: uniqueValuesOf(object, data),
    holds: current ? uniqueValuesOf(object, current) : [],
  };
}

/**
 * The record as it will be once the draft is written: what the next draft of it is completed from. When Twenty refuses
 * the earlier one, the later one still carries the parts that both share a composite with.
 */
function recordAfter(draft: Draft, current?: TwentyNode): TwentyNode {
  return { ...current, ...draft.data, id: draft.id };
}

async function writeDrafts(
  client: TwentyClient,
  object: ObjectMetadata,
  drafts: readonly Draft[],
  mode: 'insert' | 'update',
  batchSize: number,
): Promise<Map<number, WriteResult>> {
  const selection = fullSelection(object);
  const written = await writeRecords(client, drafts, { object, selection, mode, batchSize });
  return new Map([...written].map(([{ index }, result]) => [index, result]));
}

function inOrder(inputs: readonly RecordInput[], ...parts: Array<Map<number, WriteResult>>): WriteResult[] {
  return inputs.map((_input, index) => {
    const result = parts.map((part) => part.get(index)).find((candidate) => candidate !== undefined);
    return result ?? refused('server', 'Twenty gave no answer for it');
  });
}

function refused(category: TwentyFailure['category'], detail: string): WriteResult {
  return { ok: false, failure: { category, outcome: 'refused', detail, httpStatus: null } };
}

function deleted(object: ObjectMetadata, record: TwentyNode): string {
  return `the ${object.nameSingular} ${record.id} is deleted; restore it first`;
}

import type { JsonObject } from '../../lead';
import type { TwentyClient } from '../transport/client';
import { filteredMutationDocument, updateManyDocument, type FilteredMutation } from '../transport/documents';
import type { TwentyFailure } from '../transport/failures';
import { forgetObjects, type ObjectNames } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
import { endsTheRun, type WriteResult } from './writer';

/** A record to change only if it is as it was read. */
export interface Swap {
  id: string;
  /** `updatedAt` as read, in the milliseconds that Twenty shows; null when it is not known, which refuses the write. */
  readUpdatedAt: string | null;
  /** Fields of an update; a delete or restore has none. */
  data?: JsonObject;
}

export interface SwapOptions<T extends Swap> {
  object: ObjectNames;
  selection: string;
  /** Clock time after which no call may start. */
  startBefore?: number;
  /** Mends a write that names a record which is gone (a company deleted since it was looked up); used once per write. */
  mendReference?: (write: T) => Promise<void>;
}

/**
 * Updates, deletes (softly) or restores records one by one, a call each, with a filter on id, `updatedAt` and the bin: Twenty
 * leaves a record alone that somebody has changed, deleted or restored since it was read, and answers with an empty list.
 * Such a write comes back as `changed`: nothing was written. A filter that does not name `deletedAt` reaches into the bin
 * (2.22), and an `updatedAt` read after the delete would then write there.
 */
export async function swapRecords<T extends Swap>(
  client: TwentyClient,
  verb: 'update' | Exclude<FilteredMutation, 'destroy'>,
  writes: readonly T[],
  options: SwapOptions<T>,
): Promise<Map<T, WriteResult>> {
  const results = new Map<T, WriteResult>();
  let ended: TwentyFailure | null = null;
  for (const write of writes) {
    const result: WriteResult = ended ? { ok: false, failure: ended } : await swap(client, verb, write, options);
    results.set(write, result);
    if (!result.ok && !ended && endsTheRun(result.failure)) ended = { ...result.failure, outcome: 'not_sent' };
  }
  return results;
}

async function swap<T extends Swap>(
  client: TwentyClient,
  verb: 'update' | Exclude<FilteredMutation, 'destroy'>,
  write: T,
  { object, selection, startBefore, mendReference }: SwapOptions<T>,
): Promise<WriteResult> {
  const { id, readUpdatedAt } = write;
  if (readUpdatedAt === null) return { ok: false, failure: notRead(id) };
  const deletedAt = { is: verb === 'restore' ? 'NOT_NULL' : 'NULL' };
  const filter = { and: [{ id: { eq: id } }, { updatedAt: { eq: readUpdatedAt } }, { deletedAt }] };
  const { root, document } =
    verb === 'update'
      ? updateManyDocument(object, selection)
      : filteredMutationDocument(verb, object, `${selection} deletedAt`);
  const send = () => {
    const variables = write.data === undefined ? { filter } : { filter, data: withoutId(write.data) };
    return client.graphql<TwentyNode[]>(root, { document, variables, startBefore });
  };
  let answer = await send();
  if (!answer.ok && answer.failure.staleReference && mendReference) {
    await mendReference(write);
    answer = await send();
  }
  if (!answer.ok && answer.failure.category === 'missing_field') {
    // it was there when the object was read: the next read leaves it out
    forgetObjects(client);
    return { ok: false, failure: { ...answer.failure, outcome: 'not_sent' } };
  }
  if (!answer.ok) return { ok: false, failure: answer.failure };
  const record = answer.data.find((candidate) => candidate.id === id);
  return record ? { ok: true, record } : { ok: false, failure: changedSince(id), changed: true };
}

function withoutId(data: JsonObject): JsonObject {
  const { id, ...fields } = data;
  return id === undefined ? data : fields;
}

function changedSince(id: string): TwentyFailure {
  const detail = `record ${id} was changed, deleted or restored after it was read; nothing was written`;
  return { category: 'conflict', outcome: 'refused', detail, httpStatus: 200 };
}

function notRead(id: string): TwentyFailure {
  const detail = `it is not known when record ${id} was last changed: give its twenty_updated_at, or turn Strict off`;
  return { category: 'validation', outcome: 'refused', detail, httpStatus: null };
}

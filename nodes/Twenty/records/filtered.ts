import type { TwentyClient } from '../transport/client';
import { filteredMutationDocument, type FilteredMutation } from '../transport/documents';
import { settled, type TwentyFailure } from '../transport/failures';
import type { ObjectNames } from '../transport/metadata';
import { LIVE_AND_DELETED, type TwentyNode } from '../transport/paging';
import { findHolders } from './holders';
import { batchSizeFor, learnBatchSize } from './limits';
import { endsTheRun, type WriteResult } from './writer';

export interface FilteredOptions {
  object: ObjectNames;
  selection: string;
  batchSize: number;
  /** Clock time after which no call may start. */
  startBefore?: number;
}

/**
 * Deletes (softly), restores or destroys records by their ids, one call for each batch, with a result for each id. A
 * refused batch is cut in two until the bad record stands alone, so that all others are written. An id that the answer
 * leaves out is read back: a record that already is as wanted counts as done.
 */
export async function mutateByIds(
  client: TwentyClient,
  verb: FilteredMutation,
  ids: readonly string[],
  options: FilteredOptions,
): Promise<Map<string, WriteResult>> {
  const { object, selection, startBefore } = options;
  const { root, document } = filteredMutationDocument(verb, object, `${selection} deletedAt`);
  const results = new Map<string, WriteResult>();
  const cut = (list: readonly string[]): string[][] => chunks(list, batchSizeFor(client, options.batchSize));
  const queue = cut([...new Set(ids)]);
  for (let batch = queue.shift(); batch; batch = queue.shift()) {
    // what is in the bin is destroyed, too
    const filter = { id: { in: batch }, ...(verb === 'destroy' ? LIVE_AND_DELETED : {}) };
    const answer = await client.graphql<TwentyNode[]>(root, { document, variables: { filter }, startBefore });
    if (answer.ok) {
      await recordAnswer(client, verb, batch, answer.data, options, results);
      continue;
    }
    const { failure } = answer;
    if (endsTheRun(failure)) {
      settle(results, batch, failure);
      settle(results, queue.splice(0).flat(), { ...failure, outcome: 'not_sent' });
    } else if (failure.outcome !== 'refused' || batch.length === 1) settle(results, batch, failure);
    else if (failure.maxRecords !== undefined && failure.maxRecords < batch.length) {
      learnBatchSize(client, failure.maxRecords);
      queue.push(...cut([batch, ...queue.splice(0)].flat()));
    } else queue.unshift(...chunks(batch, Math.ceil(batch.length / 2)));
  }
  return results;
}

function settle(results: Map<string, WriteResult>, ids: readonly string[], failure: TwentyFailure): void {
  for (const id of ids) results.set(id, { ok: false, failure });
}

function chunks(ids: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(ids.length / size) }, (_, index) =>
    ids.slice(index * size, (index + 1) * size),
  );
}

async function recordAnswer(
  client: TwentyClient,
  verb: FilteredMutation,
  batch: readonly string[],
  returned: readonly TwentyNode[],
  { object, selection }: FilteredOptions,
  results: Map<string, WriteResult>,
): Promise<void> {
  for (const record of returned) results.set(record.id, { ok: true, record });
  const leftOut = batch.filter((id) => !results.has(id));
  if (leftOut.length === 0) return;
  const found = await settled(findHolders(client, object, `${selection} deletedAt`, { ids: leftOut, values: [] }));
  const byId = new Map((found.ok ? found.value : []).map((record) => [record.id, record]));
  for (const id of leftOut) {
    if (!found.ok) {
      results.set(id, { ok: false, failure: { ...found.failure, outcome: 'unknown' } });
      continue;
    }
    const record = byId.get(id);
    const isDone = record !== undefined && (verb === 'delete' ? record.deletedAt !== null : record.deletedAt === null);
    if (isDone && verb !== 'destroy') results.set(id, { ok: true, record });
    else results.set(id, { ok: false, failure: record ? leftAsItWas(id) : notThere(id) });
  }
}

function leftAsItWas(id: string): TwentyFailure {
  return { category: 'server', outcome: 'refused', detail: `Twenty left record ${id} as it was`, httpStatus: 200 };
}

function notThere(id: string): TwentyFailure {
  return { category: 'not_found', outcome: 'refused', detail: `record ${id} is not there`, httpStatus: 200 };
}

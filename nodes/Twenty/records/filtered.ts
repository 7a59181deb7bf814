import type { TwentyClient } from '../transport/client';
import { filteredMutationDocument, type FilteredMutation } from '../transport/documents';
import { settled, type TwentyFailure } from '../transport/failures';
import type { ObjectNames } from '../transport/metadata';
import type { TwentyNode } from '../transport/paging';
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
 * Deletes (softly), restores or destroys records by their ids, one call for each batch, with a result for each id. An id
 * that the answer leaves out is read back: a record that already is as wanted counts as done.
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
  let remaining = [...new Set(ids)];
  while (remaining.length > 0) {
    const batch = remaining.slice(0, batchSizeFor(client, options.batchSize));
    const filter = { id: { in: batch } };
    const answer = await client.graphql<TwentyNode[]>(root, { document, variables: { filter }, startBefore });
    if (!answer.ok && answer.failure.maxRecords !== undefined && answer.failure.maxRecords < batch.length) {
      learnBatchSize(client, answer.failure.maxRecords);
      continue;
    }
    remaining = remaining.slice(batch.length);
    if (answer.ok) await recordAnswer(client, verb, batch, answer.data, options, results);
    else {
      const { failure } = answer;
      for (const id of batch) results.set(id, { ok: false, failure });
      if (!endsTheRun(failure)) continue;
      for (const id of remaining.splice(0))
        results.set(id, { ok: false, failure: { ...failure, outcome: 'not_sent' } });
    }
  }
  return results;
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
    results.set(id, isDone && verb !== 'destroy' ? { ok: true, record } : { ok: false, failure: notThere(id) });
  }
}

function notThere(id: string): TwentyFailure {
  return { category: 'not_found', outcome: 'refused', detail: `record ${id} is not there`, httpStatus: 200 };
}

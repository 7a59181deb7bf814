import type { TwentyClient } from '../transport/client';
import type { FilteredMutation } from '../transport/documents';
import type { TwentyFailure } from '../transport/failures';
import type { ObjectMetadata } from '../transport/metadata';
import { fullSelection } from './field-types';
import { mutateByIds } from './filtered';
import { findHolders } from './holders';
import type { WriteResult } from './writer';

/** Deletes (softly), destroys or restores records; one result for each id, in order. */
export async function mutateRecords(
  client: TwentyClient,
  verb: FilteredMutation,
  object: ObjectMetadata,
  ids: readonly string[],
  batchSize: number,
): Promise<WriteResult[]> {
  const selection = fullSelection(object);
  const results = await mutateByIds(client, verb, ids, { object, selection, batchSize });
  return ids.map((id) => results.get(id) ?? { ok: false, failure: notThere(object, id) });
}

/** Reads records by id, one call for a few hundred; one result for each id, in order. */
export async function getRecords(
  client: TwentyClient,
  object: ObjectMetadata,
  ids: readonly string[],
  includeDeleted: boolean,
): Promise<WriteResult[]> {
  const found = await findHolders(client, object, fullSelection(object), { ids, values: [] });
  const byId = new Map(found.map((record) => [record.id, record]));
  return ids.map((id) => {
    const record = byId.get(id);
    if (record && (includeDeleted || !record.deletedAt)) return { ok: true, record };
    return { ok: false, failure: notThere(object, id, record !== undefined) };
  });
}

function notThere(object: ObjectMetadata, id: string, isDeleted = false): TwentyFailure {
  const detail = isDeleted
    ? `the ${object.nameSingular} ${id} is deleted; turn on Include Deleted to read it`
    : `there is no ${object.nameSingular} ${id}`;
  return { category: 'not_found', outcome: 'refused', detail, httpStatus: null };
}

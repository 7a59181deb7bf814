import { codedError, recordNotFound, stillReferenced } from '../errors';
import { applyChange, readChange, type Change } from '../fields/change';
import type { JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import { changedFields } from '../records/difference';
import type { StoredRecord } from '../records/stored-record';
import type { Micros } from '../time';
import type { Author, RecordEvent, Workspace } from '../workspace';
import { checkForeignKeys, checkUnique, foreignKeyName } from './constraints';

/** Writes one changed row; the event tells what changed, and there is none when only `updatedAt` did. */
export function writeUpdate(
  workspace: Workspace,
  object: ObjectModel,
  before: StoredRecord,
  change: Change,
  author: Author,
  now: Micros,
): { record: StoredRecord; event?: RecordEvent } {
  const table = workspace.tableOf(object);
  const record = applyChange(object, before, change, now);
  if (object.field('updatedBy') !== undefined) record.values.updatedBy = author.actor;
  checkForeignKeys(workspace, object, record);
  checkUnique(table, record);
  table.replace(record);
  const updatedFields = changedFields(object, before, record);
  return updatedFields.length === 0
    ? { record }
    : { record, event: { object, kind: 'updated', record, updatedFields } };
}

function updateAll(
  workspace: Workspace,
  object: ObjectModel,
  rows: StoredRecord[],
  change: Change,
  author: Author,
): StoredRecord[] {
  const now = workspace.statementTime();
  const written = rows.map((before) => writeUpdate(workspace, object, before, change, author, now));
  workspace.publish(
    written.flatMap(({ event }) => event ?? []),
    author,
  );
  return written.map(({ record }) => record);
}

/** Changes one row by id, in the bin or not. The id itself cannot be changed. */
export function updateOne(
  workspace: Workspace,
  object: ObjectModel,
  id: string,
  data: JsonObject,
  author: Author,
): StoredRecord {
  const { id: ignored, ...change } = readChange(object, data, workspace.table);
  const before = workspace.tableOf(object).get(id);
  if (before === undefined) throw recordNotFound();
  if (ignored !== undefined && ignored !== id) {
    throw stillReferenced(object.name, foreignKeyName('timelineActivity', `target${object.title}Id`));
  }
  return updateAll(workspace, object, [before], change, author)[0];
}

/**
 * Changes every row that a filter lets through, all alike, rows in the bin too unless the filter names `deletedAt`; an empty
 * list when there is none.
 */
export function updateMany(
  workspace: Workspace,
  object: ObjectModel,
  filter: JsonObject,
  data: JsonObject,
  author: Author,
): StoredRecord[] {
  const change = readChange(object, data, workspace.table);
  const rows = workspace.finder(object).matching(filter, true);
  const { maxBatch } = workspace.options;
  if (rows.length > maxBatch) {
    throw codedError(`Cannot update more than ${maxBatch} records at once`, 'TOO_MANY_RECORDS_TO_UPDATE');
  }
  return updateAll(workspace, object, rows, change, author);
}

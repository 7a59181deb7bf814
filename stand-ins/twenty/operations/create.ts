import { randomUUID } from 'node:crypto';
import { badRequest, duplicateEntry } from '../errors';
import { readChange, rowOf, type Change } from '../fields/change';
import type { JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import type { Table } from '../records/table';
import { uniqueKeyOfValue, uniquePath } from '../records/unique-key';
import type { Author, RecordEvent, Workspace } from '../workspace';
import { checkForeignKeys, checkUnique } from './constraints';
import { writeUpdate } from './update';

/** Inserts rows in one statement: all of them or none, all at the same microsecond. */
function insertAll(workspace: Workspace, object: ObjectModel, changes: Change[], author: Author): StoredRecord[] {
  const table = workspace.tableOf(object);
  const now = workspace.statementTime();
  const taken = new Map<string, Set<string>>();
  const ids = new Set<string>();
  const rows = changes.map((change) => {
    const row = rowOf(object, change.id ?? randomUUID(), change, 0, now);
    row.values.createdBy ??= author.actor;
    row.values.updatedBy = author.actor;
    if (ids.has(row.id) || table.get(row.id) !== undefined) {
      throw duplicateEntry({ label: 'Id', recordId: row.id, objectName: object.name });
    }
    ids.add(row.id);
    checkUnique(table, row, taken);
    checkForeignKeys(workspace, object, row);
    return row;
  });
  rows.forEach((row, index) => {
    row.values.position = changes[index].values.position ?? table.takePosition();
    table.insert(row);
  });
  return rows;
}

/** Ids of the rows that an input may mean: by its id and by each of its unique values, rows in the bin included. */
function matches(table: Table, change: Change): { id: string; by: string }[] {
  const found: { id: string; by: string }[] = [];
  if (change.id !== undefined && table.get(change.id) !== undefined) {
    found.push({ id: change.id, by: `id (id: ${change.id})` });
  }
  for (const field of table.object.uniqueFields) {
    const key = uniqueKeyOfValue(field, change.parts[field.name] ?? change.values[field.name]);
    const id = key === undefined ? undefined : table.findUnique(field, key);
    if (id !== undefined) found.push({ id, by: `${field.name} (${uniquePath(field)}: ${key})` });
  }
  return found;
}

function matchOrThrow(table: Table, change: Change): string | undefined {
  const found = matches(table, change);
  if (new Set(found.map(({ id }) => id)).size > 1) {
    throw badRequest(
      `Multiple records found with the same unique field values for ${found.map(({ by }) => by).join('; ')}. Cannot determine which record to update.`,
      'UPSERT_MULTIPLE_MATCHING_RECORDS_CONFLICT',
    );
  }
  return found[0]?.id;
}

/**
 * Updates the rows that exist, one statement each, then inserts the others in one. A failure leaves the rows updated
 * before it changed: untold when it was an update's, told when it was the insert's (2.22). The answer has the updated rows first and each row once.
 */
function upsertAll(workspace: Workspace, object: ObjectModel, changes: Change[], author: Author): StoredRecord[] {
  const table = workspace.tableOf(object);
  const matched = changes.map((change) => ({ change, id: matchOrThrow(table, change) }));
  const events: RecordEvent[] = [];
  const touched = new Set<string>();
  for (const { change, id } of matched) {
    const before = id === undefined ? undefined : table.get(id);
    if (before === undefined) continue;
    const { times, values, parts, createdBy } = change;
    // Being written to brings a row back from the bin; an unknown id given beside a known email is forgotten.
    const revived = { values, parts, createdBy, times: { deletedAt: null, ...times } };
    const { record, event } = writeUpdate(workspace, object, before, revived, author, workspace.statementTime());
    touched.add(record.id);
    if (event !== undefined) events.push(event);
  }
  workspace.publish(events, author);
  const toInsert = matched.filter(({ id }) => id === undefined).map(({ change }) => change);
  const inserted = toInsert.length > 0 ? insertAll(workspace, object, toInsert, author) : [];
  const updated = [...touched].map((id) => table.get(id)).filter((record) => record !== undefined);
  workspace.publish(
    inserted.map((record) => created(object, record)),
    author,
  );
  return [...updated, ...inserted];
}

function created(object: ObjectModel, record: StoredRecord): RecordEvent {
  return { object, kind: 'created', record };
}

/**
 * Creates records, or with `upsert` creates and updates them.
 * @throws ApiError when there are too many, when one is invalid or when one collides
 */
export function createMany(
  workspace: Workspace,
  object: ObjectModel,
  data: JsonObject[],
  upsert: boolean,
  author: Author,
): StoredRecord[] {
  const { maxBatch } = workspace.options;
  if (data.length > maxBatch) {
    const message = `Maximum number of records to upsert is ${maxBatch}.`;
    throw badRequest(message, 'TOO_MANY_RECORDS_TO_UPDATE', message);
  }
  const changes = data.map((input) => readChange(object, input, workspace.table));
  if (upsert) return upsertAll(workspace, object, changes, author);
  const rows = insertAll(workspace, object, changes, author);
  workspace.publish(
    rows.map((record) => created(object, record)),
    author,
  );
  return rows;
}

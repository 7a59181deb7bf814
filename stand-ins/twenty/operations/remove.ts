import { badRequest, recordNotFound } from '../errors';
import type { JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import { changedFields } from '../records/difference';
import type { StoredRecord } from '../records/stored-record';
import type { Author, EventKind, Workspace } from '../workspace';

export type Removal = 'delete' | 'destroy' | 'restore';

function setDeletedAt(
  workspace: Workspace,
  object: ObjectModel,
  rows: StoredRecord[],
  kind: Extract<EventKind, 'deleted' | 'restored'>,
  author: Author,
): StoredRecord[] {
  const now = workspace.statementTime();
  const table = workspace.tableOf(object);
  const changed = rows.map((before) => {
    const record = { ...before, updatedAt: now, deletedAt: kind === 'deleted' ? now : null };
    table.replace(record);
    return { record, updatedFields: changedFields(object, before, record) };
  });
  workspace.publish(
    changed
      .filter(({ updatedFields }) => updatedFields.length > 0)
      .map(({ record, updatedFields }) => ({ object, kind, record, updatedFields })),
    author,
  );
  return changed.map(({ record }) => record);
}

/** Empties the columns that point at rows about to go, without a trace: no `updatedAt`, no event. */
function forgetReferences(workspace: Workspace, object: ObjectModel, ids: ReadonlySet<string>): void {
  for (const other of workspace.schema.objects) {
    for (const { relation } of other.fields) {
      const column = relation?.target === object.name ? relation.column : undefined;
      if (column === undefined) continue;
      const table = workspace.tableOf(other);
      for (const record of table.all()) {
        const id = record.values[column];
        if (typeof id === 'string' && ids.has(id)) record.values[column] = null;
      }
    }
  }
}

function destroyAll(workspace: Workspace, object: ObjectModel, rows: StoredRecord[], author: Author): StoredRecord[] {
  const table = workspace.tableOf(object);
  forgetReferences(workspace, object, new Set(rows.map(({ id }) => id)));
  for (const { id } of rows) table.remove(id);
  workspace.publish(
    rows.map((record) => ({ object, kind: 'destroyed', record })),
    author,
  );
  return rows;
}

function removeRows(
  workspace: Workspace,
  object: ObjectModel,
  rows: StoredRecord[],
  removal: Removal,
  author: Author,
): StoredRecord[] {
  if (rows.length === 0) return [];
  if (removal === 'destroy') return destroyAll(workspace, object, rows, author);
  return setDeletedAt(workspace, object, rows, removal === 'delete' ? 'deleted' : 'restored', author);
}

/** Deletes (to the bin), destroys or restores one row by id; deleting again moves its times. */
export function removeOne(
  workspace: Workspace,
  object: ObjectModel,
  id: string,
  removal: Removal,
  author: Author,
): StoredRecord {
  const record = workspace.tableOf(object).get(id);
  if (record === undefined) throw recordNotFound();
  return removeRows(workspace, object, [record], removal, author)[0];
}

/** Deletes, destroys or restores every row that a filter lets through; restoring looks into the bin. */
export function removeMany(
  workspace: Workspace,
  object: ObjectModel,
  filter: JsonObject,
  removal: Removal,
  author: Author,
): StoredRecord[] {
  if (Object.keys(filter).length === 0) {
    throw badRequest(
      `Filters are mandatory for bulk ${removal} operations. Please provide at least one filter to prevent accidental deletion of all records.`,
      'INVALID_ARGS_FILTER',
    );
  }
  const rows = workspace.finder(object).matching(filter, removal === 'restore');
  return removeRows(workspace, object, rows, removal, author);
}

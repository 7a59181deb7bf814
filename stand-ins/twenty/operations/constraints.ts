import { createHash } from 'node:crypto';
import { duplicateEntry, foreignKeyViolation } from '../errors';
import type { ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import type { Table } from '../records/table';
import { uniqueKey } from '../records/unique-key';
import type { Workspace } from '../workspace';

/** A constraint's name as TypeORM makes it: a hash of table and column. */
export function foreignKeyName(tableName: string, column: string): string {
  return `FK_${createHash('sha1').update(`${tableName}_${column}`).digest('hex').slice(0, 27)}`;
}

/** @throws ApiError when a relation's column names a row that does not exist; rows in the bin do exist */
export function checkForeignKeys(workspace: Workspace, object: ObjectModel, record: StoredRecord): void {
  for (const { relation } of object.fields) {
    if (relation?.column === undefined) continue;
    const id = record.values[relation.column];
    if (typeof id === 'string' && workspace.table(relation.target).get(id) === undefined) {
      throw foreignKeyViolation(object.name, foreignKeyName(object.name, relation.column));
    }
  }
}

/**
 * @param taken unique values that earlier rows of the same statement have, by field name
 * @param leaving ids of rows that the same statement destroys
 * @throws ApiError when another row, in the bin or not, has one of the record's unique values
 */
export function checkUnique(
  table: Table,
  record: StoredRecord,
  taken?: Map<string, Set<string>>,
  leaving: readonly string[] = [],
): void {
  for (const field of table.object.uniqueFields) {
    const key = uniqueKey(field, record);
    if (key === undefined) continue;
    const holder = table.findUnique(field, key);
    const conflict = { label: field.label, objectName: table.object.name };
    if (holder !== undefined && holder !== record.id && !leaving.includes(holder))
      throw duplicateEntry({ ...conflict, recordId: holder });
    if (taken === undefined) continue;
    const values = taken.get(field.name) ?? new Set<string>();
    if (values.has(key)) throw duplicateEntry(conflict);
    taken.set(field.name, values.add(key));
  }
}

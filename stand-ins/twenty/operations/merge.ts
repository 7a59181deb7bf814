import { randomUUID } from 'node:crypto';
import { badRequest, recordNotFound } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import type { Author, Workspace } from '../workspace';
import { checkUnique } from './constraints';
import { removeOne } from './remove';

function isBlank(value: Json | undefined): boolean {
  if (value === undefined || value === null || value === '') return true;
  if (Array.isArray(value)) return value.length === 0;
  return isJsonObject(value) && Object.values(value).every(isBlank);
}

/** The emails of all, the kept record's first: the others' become additional ones. */
function mergedEmails(rows: StoredRecord[]): JsonObject {
  const all = rows.flatMap(({ values: { emails } }) => {
    if (!isJsonObject(emails)) return [];
    return [emails.primaryEmail, ...(Array.isArray(emails.additionalEmails) ? emails.additionalEmails : [])];
  });
  const [primaryEmail = '', ...additionalEmails] = [...new Set(all.filter((email) => email !== ''))];
  return { primaryEmail, additionalEmails };
}

export interface MergeInput {
  ids: string[];
  /** Which of them stays. */
  priority: number;
  /** Whether to show what would come of it, as a deleted record with an id of its own, and change nothing. */
  dryRun: boolean;
}

/** The arguments of a merge as either API gives them. */
export function readMergeInput({ ids, conflictPriorityIndex, dryRun }: Record<string, unknown>): MergeInput {
  return {
    ids: Array.isArray(ids) ? ids.map(String) : [],
    priority: Number(conflictPriorityIndex ?? 0),
    dryRun: dryRun === true,
  };
}

/**
 * Merges people: the one with priority keeps its values and takes what it lacks from the others, which are destroyed,
 * leaving no tombstone.
 */
export function mergeRecords(
  workspace: Workspace,
  object: ObjectModel,
  { ids, priority, dryRun }: MergeInput,
  author: Author,
): StoredRecord {
  const table = workspace.tableOf(object);
  const rows = ids.map((id) => table.get(id));
  const kept = rows[priority];
  if (ids.length < 2 || kept === undefined)
    throw badRequest('At least 2 records are required to merge', 'INVALID_ARGS_DATA');
  const others = rows
    .filter((row) => row !== kept)
    .map((row) => {
      if (row === undefined) throw recordNotFound();
      return row;
    });
  const values = { ...kept.values };
  for (const other of others) {
    for (const [name, value] of Object.entries(other.values)) if (isBlank(values[name])) values[name] = value;
  }
  if (object.field('emails') !== undefined) values.emails = mergedEmails([kept, ...others]);
  if (dryRun) return { ...kept, id: randomUUID(), values, deletedAt: workspace.statementTime() };
  values.updatedBy = author.actor;
  const record = { ...kept, values, updatedAt: workspace.statementTime() };
  const leaving = others.map(({ id }) => id);
  checkUnique(table, record, undefined, leaving);
  for (const id of leaving) removeOne(workspace, object, id, 'destroy', author);
  table.replace(record);
  workspace.publish([{ object, kind: 'updated', record, updatedFields: ['emails'] }], author);
  return record;
}

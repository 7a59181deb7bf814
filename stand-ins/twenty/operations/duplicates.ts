import { badRequest, recordNotFound } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import type { Workspace } from '../workspace';

/** What makes two records of an object suspicious: all the paths of one group equal and filled in. */
const CRITERIA: Record<string, string[][]> = {
  person: [['name.firstName', 'name.lastName'], ['linkedinLink.primaryLinkUrl'], ['emails.primaryEmail']],
  company: [['name'], ['domainName.primaryLinkUrl']],
};

function valueAt(source: Record<string, Json>, path: string): Json {
  const [name, part] = path.split('.');
  const value = source[name];
  return part === undefined ? (value ?? null) : isJsonObject(value) ? (value[part] ?? null) : null;
}

function findLike(
  workspace: Workspace,
  object: ObjectModel,
  source: Record<string, Json>,
  self?: string,
): StoredRecord[] {
  const groups = (CRITERIA[object.name] ?? [])
    .map((paths) => paths.map((path) => ({ path, value: valueAt(source, path) })))
    .filter((group) => group.every(({ value }) => typeof value === 'string' && value !== ''));
  const found: StoredRecord[] = [];
  for (const record of workspace.tableOf(object).all()) {
    if (record.id === self || record.deletedAt !== null) continue;
    const alike = groups.some((group) => group.every(({ path, value }) => valueAt(record.values, path) === value));
    if (alike) found.push(record);
  }
  return found;
}

/** Live records that look like the given ones: one list for each record or id asked about. */
export function findDuplicates(
  workspace: Workspace,
  object: ObjectModel,
  asked: { data?: JsonObject[]; ids?: string[] },
): StoredRecord[][] {
  if (asked.data !== undefined) return asked.data.map((source) => findLike(workspace, object, source));
  if (asked.ids === undefined)
    throw badRequest('You have to provide either "data" or "ids" argument', 'INVALID_ARGS_DATA');
  return asked.ids.map((id) => {
    const record = workspace.tableOf(object).get(id);
    if (record === undefined) throw recordNotFound();
    return findLike(workspace, object, record.values, id);
  });
}

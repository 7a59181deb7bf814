import { isJsonObject, type Json, type JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import type { Table } from '../records/table';
import { uniquePath } from '../records/unique-key';
import { parseMicros, toMilliseconds } from '../time';

const MICROS_PER_MS = 1_000;

function wantedValues(condition: Json | undefined): string[] | undefined {
  if (!isJsonObject(condition)) return undefined;
  if (typeof condition.eq === 'string') return [condition.eq];
  return Array.isArray(condition.in) ? condition.in.map(String) : undefined;
}

function uniqueValues(object: ObjectModel, filter: JsonObject, table: Table): string[] | undefined {
  for (const field of object.uniqueFields) {
    const part = uniquePath(field).split('.')[1];
    const condition = filter[field.name];
    const inner = part !== undefined && isJsonObject(condition) ? condition[part] : condition;
    const values = wantedValues(inner);
    if (values === undefined || values.includes('')) continue;
    return values.map((value) => table.findUnique(field, value)).filter((id) => id !== undefined);
  }
  return undefined;
}

/** Filters know milliseconds only: all of the first one is looked at. */
function changedSince(condition: Json | undefined, table: Table): string[] | undefined {
  const since = isJsonObject(condition) ? (condition.gte ?? condition.gt) : undefined;
  const micros = typeof since === 'string' ? parseMicros(since) : undefined;
  return micros === undefined ? undefined : table.idsChangedSince(toMilliseconds(micros) * MICROS_PER_MS);
}

/** What all branches of an `or` narrow to, together. */
function branches(or: Json | undefined, table: Table): string[] | undefined {
  if (!Array.isArray(or) || or.length === 0) return undefined;
  const narrowed = or.map((part) => (isJsonObject(part) ? candidateIds(table, part) : undefined));
  return narrowed.every((ids) => ids !== undefined) ? narrowed.flat() : undefined;
}

/**
 * The ids to which a filter narrows the search, in order, when it asks for ids, for values of a unique field or for what
 * has changed lately; undefined when every row has to be looked at.
 */
export function candidateIds(table: Table, filter: JsonObject): string[] | undefined {
  const found =
    wantedValues(filter.id)?.map((id) => id.toLowerCase()) ??
    uniqueValues(table.object, filter, table) ??
    changedSince(filter.updatedAt, table) ??
    branches(filter.or, table);
  if (found !== undefined) return [...new Set(found)].sort();
  for (const part of Array.isArray(filter.and) ? filter.and : []) {
    const narrowed = isJsonObject(part) ? candidateIds(table, part) : undefined;
    if (narrowed !== undefined) return narrowed;
  }
  return undefined;
}

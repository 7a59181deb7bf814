import { databaseRefusedData, unknownField } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import { isTimeField, type StoredRecord, type TimeField } from '../records/stored-record';
import type { Table } from '../records/table';
import type { Micros } from '../time';
import { mergeActor } from './actor';
import { blankValue, initialValue } from './blank';
import { compositeParts } from './composites';
import { resolveConnection } from './connect';
import { idOrThrow, microsOrThrow, recordIdOrThrow, scalarOrThrow } from './scalars';

/** What a request wants to write to one record: checked and in stored form, before it is known which record. */
export interface Change {
  id?: string;
  times: Partial<Record<TimeField, Micros | null>>;
  values: Record<string, Json>;
  /** Parts of composites to lay over what the record has. */
  parts: Record<string, JsonObject>;
  createdBy?: JsonObject;
}

/** Types whose values have parts that clients write. */
export const COMPOSITES: ReadonlySet<FieldModel['type']> = new Set([
  'FULL_NAME',
  'EMAILS',
  'PHONES',
  'LINKS',
  'ADDRESS',
  'CURRENCY',
  'RICH_TEXT',
]);

function readRelation(change: Change, field: FieldModel, input: Json, tableOf: (name: string) => Table): void {
  const { relation } = field;
  if (relation?.column === undefined || input === null) return;
  change.values[relation.column] = resolveConnection(field.name, tableOf(relation.target), input);
}

function readField(change: Change, field: FieldModel, value: Json, tableOf: (name: string) => Table): void {
  if (field.name === 'id') change.id = recordIdOrThrow(value);
  else if (isTimeField(field.name)) {
    change.times[field.name] = value === null ? null : microsOrThrow(value, field.name);
  } else if (field.type === 'ACTOR') {
    if (field.name === 'createdBy' && isJsonObject(value)) change.createdBy = value;
  } else if (field.type === 'POSITION') {
    if (typeof value === 'number') change.values.position = value;
  } else if (COMPOSITES.has(field.type)) {
    // A null composite is silently ignored.
    if (value !== null) change.parts[field.name] = compositeParts(field, isJsonObject(value) ? value : {});
  } else if (field.type === 'RELATION') readRelation(change, field, value, tableOf);
  else if (field.type !== 'TS_VECTOR') change.values[field.name] = scalarOrThrow(field, value);
}

/**
 * Checks a request's data against the object's fields.
 * @throws ApiError in the server's words for an unknown field or a value that its field does not take
 */
export function readChange(object: ObjectModel, input: JsonObject, tableOf: (name: string) => Table): Change {
  const change: Change = { times: {}, values: {}, parts: {} };
  for (const [name, value] of Object.entries(input)) {
    if (value === undefined) continue;
    const field = object.field(name);
    if (field !== undefined) readField(change, field, value, tableOf);
    else if (object.columnOwner(name) !== undefined) {
      change.values[name] = value === null || value === '' ? null : idOrThrow(value);
    } else throw unknownField(object.name, name);
  }
  return change;
}

function hasNul(value: Json): boolean {
  if (typeof value === 'string') return value.includes('\u0000');
  if (Array.isArray(value)) return value.some(hasNul);
  return isJsonObject(value) && Object.values(value).some(hasNul);
}

/** PostgreSQL takes no NUL character in any text. */
function refuseNul(change: Change): void {
  if (Object.values(change.values).some(hasNul) || Object.values(change.parts).some(hasNul))
    throw databaseRefusedData();
}

/** The row that a change makes of an existing one. Without a time of its own, `updatedAt` is the statement's. */
export function applyChange(object: ObjectModel, before: StoredRecord, change: Change, now: Micros): StoredRecord {
  refuseNul(change);
  const values = { ...before.values, ...change.values };
  for (const [name, parts] of Object.entries(change.parts)) {
    const field = object.field(name);
    const current = before.values[name] ?? (field === undefined ? null : blankValue(field));
    values[name] = { ...(isJsonObject(current) ? current : {}), ...parts };
  }
  if (change.createdBy !== undefined) {
    const current = before.values.createdBy;
    values.createdBy = mergeActor(isJsonObject(current) ? current : undefined, change.createdBy);
  }
  const { times } = change;
  return {
    id: before.id,
    createdAt: times.createdAt ?? before.createdAt,
    updatedAt: times.updatedAt ?? now,
    deletedAt: times.deletedAt === undefined ? before.deletedAt : times.deletedAt,
    values,
  };
}

/** The new row that a change makes. */
export function rowOf(object: ObjectModel, id: string, change: Change, position: number, now: Micros): StoredRecord {
  refuseNul(change);
  const values: Record<string, Json> = { position };
  for (const field of object.fields) {
    if (field.relation?.column !== undefined) values[field.relation.column] = null;
    else if (field.isSystem || field.type === 'RELATION') continue;
    else values[field.name] = initialValue(field);
  }
  const blank: StoredRecord = { id, createdAt: now, updatedAt: now, deletedAt: null, values };
  const { createdBy, ...rest } = change;
  const row = applyChange(object, blank, rest, now);
  if (createdBy !== undefined) row.values.createdBy = mergeActor(undefined, createdBy);
  return row;
}

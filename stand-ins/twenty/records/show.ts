import { blankValue } from '../fields/blank';
import type { Json, JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import { formatMicros } from '../time';
import { searchVector } from './search-vector';
import { isTimeField, type StoredRecord } from './stored-record';

/** The value of one plain field as answers show it. */
export function showField(object: ObjectModel, field: FieldModel, record: StoredRecord): Json {
  if (field.name === 'id') return record.id;
  if (isTimeField(field.name)) {
    const micros = record[field.name];
    return micros === null ? null : formatMicros(micros);
  }
  if (field.type === 'TS_VECTOR') return searchVector(object, record);
  const value = record.values[field.name];
  if (value === undefined) return blankValue(field);
  return field.type === 'DATE_TIME' && typeof value === 'number' ? formatMicros(value) : value;
}

/** A record as REST and webhooks show it: every field in the object's order, relations as their columns. */
export function showRecord(object: ObjectModel, record: StoredRecord): JsonObject {
  const shown: JsonObject = {};
  for (const field of object.fields) {
    if (!field.isActive) continue;
    if (field.relation === undefined) shown[field.name] = showField(object, field, record);
    else if (field.relation.column !== undefined) {
      shown[field.relation.column] = record.values[field.relation.column] ?? null;
    }
  }
  return shown;
}

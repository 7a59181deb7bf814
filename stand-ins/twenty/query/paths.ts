import { isJsonObject, type Json } from '../json';
import type { FieldModel } from '../metadata/model';
import { isTimeField, type StoredRecord } from '../records/stored-record';
import { blankValue } from '../fields/blank';

/** Reads one comparable value out of a record; times are microseconds. */
export type Reader = (record: StoredRecord) => Json;

/** A reader of a plain field. */
export function fieldReader(field: FieldModel): Reader {
  const { name } = field;
  if (name === 'id') return (record) => record.id;
  if (isTimeField(name)) return (record) => record[name];
  const blank = blankValue(field);
  return (record) => {
    const value = record.values[name];
    return value === undefined ? blank : value;
  };
}

/** A reader of one part of a composite. */
export function partReader(field: FieldModel, part: string): Reader {
  const blank = blankValue(field);
  const fallback = isJsonObject(blank) ? (blank[part] ?? null) : null;
  return (record) => {
    const value = record.values[field.name];
    return isJsonObject(value) ? (value[part] ?? null) : fallback;
  };
}

export function columnReader(column: string): Reader {
  return (record) => record.values[column] ?? null;
}

/** Whether a field's readers give microseconds. */
export function isTime(field: FieldModel): boolean {
  return field.type === 'DATE_TIME';
}

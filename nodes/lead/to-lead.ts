import { presentRows, twentyFieldOf, writeLeadField } from './mapping';
import { moneyFromTwenty } from './money';
import { trimmed } from './normal-form';
import { normalise } from './normalise';
import { additionalPhoneFromTwenty, phoneFromTwenty } from './phone';
import { isObject, kindOf, valueAt, type TwentyField } from './twenty-field';
import type { FieldKind } from './field-kinds';
import type { FieldMapping, JsonObject, JsonValue, LeadValue, LeadValues, Snapshot, TwentyRecord } from './types';

export interface ReadOptions {
  /** Twenty fields that the workspace lacks: left out of what is read, because they are not known. */
  missing?: readonly string[];
}

/** A Twenty record as the API returns it. */
export type ApiRecord = JsonObject & { id: string; createdAt: string; updatedAt: string };

function pathOf(field: TwentyField): string[] {
  if (field.place === 'company') return ['company', ...field.path];
  return field.place === 'composite' ? [field.root, field.part] : [field.root];
}

/** What our rules cannot read (Twenty may hold older data) keeps its own text, so that it compares equal with itself. */
function asStored(value: JsonValue): LeadValue {
  if (typeof value === 'string') return trimmed(value);
  return isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value;
}

/**
 * One mapped value of a Twenty record, normalised.
 * @returns `undefined` when the record does not carry the field
 */
export function readTwentyField(record: JsonObject, row: FieldMapping): LeadValue | undefined {
  const field = twentyFieldOf(row);
  const value = valueAt(record, pathOf(field));
  if (value === undefined || value === null) return value;
  if (field.place === 'money') return isObject(value) ? moneyFromTwenty(value) : null;
  const composite = record[field.root];
  if (field.place === 'composite' && field.part === 'primaryPhoneNumber' && isObject(composite)) {
    return phoneFromTwenty(composite);
  }
  const { kind, entries } = kindOf(row, field);
  if (kind === 'list') return listFromTwenty(value, row, entries);
  const normalised = normalise(kind, value, { field: row.lead_field });
  return 'value' in normalised ? normalised.value : asStored(value);
}

function listFromTwenty(value: JsonValue, { lead_field: field }: FieldMapping, entries?: FieldKind): LeadValue {
  const list = (Array.isArray(value) ? value : [value]).map((entry) => {
    if (entries === 'phone') return additionalPhoneFromTwenty(entry);
    const normalised = normalise(entries ?? 'text', entry, { field });
    return 'value' in normalised ? normalised.value : asStored(entry);
  });
  const known = list.filter((entry, index) => entry !== null && list.indexOf(entry) === index);
  return known.length === 0 ? null : known;
}

/** The lead fields of a Twenty record, normalised; blanks are `null`, fields the record does not carry are left out. */
export function recordToValues(record: JsonObject, mapping: FieldMapping[], options: ReadOptions = {}): LeadValues {
  const values: LeadValues = {};
  for (const row of presentRows(mapping, options.missing)) {
    const value = readTwentyField(record, row);
    if (value !== undefined) writeLeadField(values, row.lead_field, value);
  }
  return values;
}

function compositesAsRead(record: JsonObject, mapping: FieldMapping[]): TwentyRecord {
  const read: TwentyRecord = {};
  for (const row of mapping) {
    const field = twentyFieldOf(row);
    const name = field.place === 'company' ? 'companyId' : field.root;
    if (field.place !== 'plain' && record[name] !== undefined) read[name] = record[name];
  }
  return record.updatedBy === undefined ? read : { ...read, updatedBy: record.updatedBy };
}

/** A Twenty record of any object in lead form, with the composites as read, and who changed it last, where that was read. */
export function recordToSnapshot(record: ApiRecord, mapping: FieldMapping[], options: ReadOptions = {}): Snapshot {
  const deletedAt = record.deletedAt;
  return {
    ...recordToValues(record, mapping, options),
    twenty_id: record.id,
    twenty_created_at: record.createdAt,
    twenty_updated_at: record.updatedAt,
    twenty_deleted_at: typeof deletedAt === 'string' ? deletedAt : null,
    twenty_record: compositesAsRead(record, presentRows(mapping, options.missing)),
  };
}

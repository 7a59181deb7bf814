import type { Json } from '../json';
import { isJsonObject } from '../json';
import type { FieldModel } from '../metadata/model';
import type { StoredRecord } from './stored-record';

/** The part of a composite that its unique index holds. */
const INDEXED_PART: Partial<Record<FieldModel['type'], string>> = {
  EMAILS: 'primaryEmail',
  LINKS: 'primaryLinkUrl',
  PHONES: 'primaryPhoneNumber',
};

/** `emails.primaryEmail` for a unique field `emails`, the name itself for a plain field. */
export function uniquePath(field: FieldModel): string {
  const part = INDEXED_PART[field.type];
  return part === undefined ? field.name : `${field.name}.${part}`;
}

/** The indexed value inside a field's value; undefined when it is blank, for blanks may repeat. */
export function uniqueKeyOfValue(field: FieldModel, value: Json | undefined): string | undefined {
  const part = INDEXED_PART[field.type];
  const indexed = part !== undefined && isJsonObject(value) ? value[part] : value;
  if (indexed === undefined || indexed === null || indexed === '' || isJsonObject(indexed)) return undefined;
  return String(indexed);
}

export function uniqueKey(field: FieldModel, record: StoredRecord): string | undefined {
  return uniqueKeyOfValue(field, record.values[field.name]);
}

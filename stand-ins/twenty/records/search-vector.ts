import { isJsonObject, type Json } from '../json';
import type { FieldType, ObjectModel } from '../metadata/model';
import type { StoredRecord } from './stored-record';

const SEARCHED: ReadonlySet<FieldType> = new Set(['TEXT', 'FULL_NAME', 'EMAILS', 'PHONES', 'LINKS', 'RICH_TEXT']);
const NOT_SEARCHED = new Set(['avatarUrl', 'linkedinLink']);

function words(value: Json | undefined): string[] {
  if (typeof value === 'string') return value.toLowerCase().match(/[\p{L}\p{N}.@+-]+/gu) ?? [];
  if (Array.isArray(value)) return value.flatMap(words);
  return isJsonObject(value) ? Object.values(value).flatMap(words) : [];
}

/** A text search vector like PostgreSQL's: each word with the places where it stands. */
export function searchVector(object: ObjectModel, record: StoredRecord): string {
  const found = object.fields
    .filter((field) => SEARCHED.has(field.type) && !NOT_SEARCHED.has(field.name))
    .flatMap((field) => words(record.values[field.name]));
  const places = new Map<string, number[]>();
  (found.length > 0 ? found : words(record.id)).forEach((word, index) => {
    places.set(word, [...(places.get(word) ?? []), index + 1]);
  });
  return [...places.keys()]
    .sort()
    .map((word) => `'${word}':${(places.get(word) ?? []).join(',')}`)
    .join(' ');
}

import { badRequest } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { StoredRecord } from '../records/stored-record';
import { formatMicros, parseMicros, toMilliseconds } from '../time';
import type { Predicate } from './filter';
import { compareValues, type OrderTerm } from './order';

function put(target: JsonObject, path: string[], value: Json): void {
  const [head, part] = path;
  if (part === undefined) target[head] = value;
  else target[head] = { ...(isJsonObject(target[head]) ? target[head] : {}), [part]: value };
}

function pick(source: JsonObject, path: string[]): Json | undefined {
  const value = source[path[0]];
  return path.length === 1 ? value : isJsonObject(value) ? value[path[1]] : undefined;
}

/** The place of a row: base64 of its order values (times in milliseconds) and its id. */
export function encodeCursor(record: StoredRecord, terms: OrderTerm[]): string {
  if (terms[0].path[0] === 'id') return Buffer.from(`{"id":"${record.id}"}`).toString('base64');
  const place: JsonObject = {};
  for (const { path, read, time } of terms) {
    const value = read(record);
    put(place, path, time && typeof value === 'number' ? formatMicros(value) : value);
  }
  return Buffer.from(JSON.stringify(place)).toString('base64');
}

/** @throws ApiError for anything that is no cursor */
export function decodeCursor(cursor: string): JsonObject {
  let place: unknown;
  try {
    place = JSON.parse(Buffer.from(cursor, 'base64').toString('utf8'));
  } catch {
    place = undefined;
  }
  if (isJsonObject(place) && typeof place.id === 'string') return place;
  throw badRequest(`Invalid cursor: ${cursor}`, 'INVALID_CURSOR');
}

function comparable(value: Json | undefined, time: boolean): Json {
  if (value === undefined) return null;
  if (!time) return value;
  const micros = typeof value === 'number' ? value : typeof value === 'string' ? parseMicros(value) : undefined;
  return micros === undefined ? null : toMilliseconds(micros);
}

/**
 * Rows that come after a cursor. Its times have lost their microseconds while the rows are ordered by them, and so
 * rows that share a millisecond with the cursor's are decided by their ids alone: some of them are never shown.
 */
export function afterCursor(place: JsonObject, terms: OrderTerm[], backward: boolean): Predicate {
  const wanted = terms.map(({ path, time }) => comparable(pick(place, path), time));
  return (record) => {
    for (const [index, { read, time, direction }] of terms.entries()) {
      const value = comparable(read(record), time);
      if (value === null || wanted[index] === null) {
        if (value === wanted[index]) continue;
        return (value === null) !== (direction.endsWith('NullsFirst') !== backward);
      }
      const difference = compareValues(value, wanted[index]);
      if (difference !== 0) return difference > 0 === (direction.startsWith('Asc') !== backward);
    }
    return false;
  };
}

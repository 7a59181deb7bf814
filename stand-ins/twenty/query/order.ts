import { codedError } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import { columnReader, fieldReader, isTime, partReader, type Reader } from './paths';

export const DIRECTIONS = ['AscNullsFirst', 'AscNullsLast', 'DescNullsFirst', 'DescNullsLast'] as const;
export type Direction = (typeof DIRECTIONS)[number];

/** One term of an order: a field, or a part of a composite. */
export interface OrderTerm {
  path: string[];
  direction: Direction;
  read: Reader;
  time: boolean;
}

function term(object: ObjectModel, path: string[], direction: Direction): OrderTerm {
  const [name, part] = path;
  if (object.columnOwner(name) !== undefined) return { path, direction, read: columnReader(name), time: false };
  const field = object.field(name);
  if (field === undefined || field.relation !== undefined) {
    throw codedError(`Field "${name}" does not exist or is not sortable`, 'FIELD_NOT_FOUND', 'An error occurred.');
  }
  const read = part === undefined ? fieldReader(field) : partReader(field, part);
  return { path, direction, read, time: isTime(field) };
}

function flatten(entry: JsonObject, prefix: string[] = []): [string[], Direction][] {
  return Object.entries(entry).flatMap(([key, value]): [string[], Direction][] => {
    if (isJsonObject(value)) return flatten(value, [...prefix, key]);
    return value === null || value === undefined ? [] : [[[...prefix, key], value as Direction]];
  });
}

/** The terms of `orderBy`; the id always comes last, so that the order is total. */
export function readOrder(object: ObjectModel, orderBy: Json | undefined): OrderTerm[] {
  const entries = (Array.isArray(orderBy) ? orderBy : [orderBy ?? {}]).filter(isJsonObject);
  const terms = entries.flatMap((entry) => flatten(entry)).map(([path, direction]) => term(object, path, direction));
  const hasId = terms.some(({ path }) => path[0] === 'id');
  return hasId ? terms : [...terms, term(object, ['id'], 'AscNullsFirst')];
}

export function isById(terms: OrderTerm[]): boolean {
  return terms[0].path[0] === 'id' && terms[0].direction.startsWith('Asc');
}

/** Compares two values, of which neither is null. */
export function compareValues(left: Json, right: Json): number {
  if (typeof left === 'number' && typeof right === 'number') return left - right;
  const first = String(left);
  const second = String(right);
  return first < second ? -1 : first > second ? 1 : 0;
}

function isNothing(value: Json): boolean {
  return value === null || value === '';
}

/** Places two rows; times by their microseconds. */
export function compareRecords(terms: OrderTerm[]): (left: StoredRecord, right: StoredRecord) => number {
  return (left, right) => {
    for (const { read, direction } of terms) {
      const first = read(left);
      const second = read(right);
      if (isNothing(first) || isNothing(second)) {
        if (isNothing(first) && isNothing(second)) continue;
        return isNothing(first) === direction.endsWith('NullsFirst') ? -1 : 1;
      }
      const difference = compareValues(first, second);
      if (difference !== 0) return direction.startsWith('Asc') ? difference : -difference;
    }
    return 0;
  };
}

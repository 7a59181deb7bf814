import { inspect } from 'node:util';
import { badRequest, unknownField } from '../errors';
import { isVersionedUuid, microsOrThrow } from '../fields/scalars';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import type { StoredRecord } from '../records/stored-record';
import type { Table } from '../records/table';
import { toMilliseconds } from '../time';
import { comparatorTest, type Test } from './comparators';
import { columnReader, fieldReader, isTime, partReader, type Reader } from './paths';

export type Predicate = (record: StoredRecord) => boolean;

const REFUSED = 'INVALID_ARGS_FILTER';

function convert(field: FieldModel, comparator: string, value: Json): Json {
  if (comparator === 'is' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => convert(field, comparator, item));
  // Filters know milliseconds only, although rows have microseconds.
  if (isTime(field)) return toMilliseconds(microsOrThrow(value, field.name, REFUSED));
  if (field.type === 'UUID' || field.type === 'RELATION') {
    if (isVersionedUuid(value)) return value.toLowerCase();
    const shown = inspect(value);
    throw badRequest(
      `Invalid UUID value ${shown} for field "${field.name}"`,
      REFUSED,
      `Invalid value for UUID: "${shown}"`,
    );
  }
  if (field.type === 'NUMBER' || field.type === 'POSITION') return Number(value);
  if (field.type === 'BOOLEAN') return value === true || value === 'true';
  return value;
}

/** A variable that was not given is an error where an id is compared, and no condition elsewhere. */
function isGiven(field: FieldModel, value: Json | undefined): boolean {
  return value !== undefined || field.type === 'UUID' || field.type === 'RELATION';
}

function conditionTest(field: FieldModel, fieldName: string, condition: JsonObject): Test {
  if (Object.keys(condition).length > 1) {
    throw badRequest(
      `Filter for field "${fieldName}" must have exactly one operator`,
      REFUSED,
      'Invalid filter: exactly one operator per field is required',
    );
  }
  const tests = Object.entries(condition)
    .filter(([, value]) => isGiven(field, value))
    .map(([comparator, value]) => comparatorTest(comparator, convert(field, comparator, value), fieldName));
  const [only] = tests;
  return tests.length === 1 ? only : (value) => tests.every((test) => test(value));
}

function valuePredicate(read: Reader, test: Test, time: boolean): Predicate {
  if (!time) return (record) => test(read(record));
  return (record) => {
    const micros = read(record);
    return test(typeof micros === 'number' ? toMilliseconds(micros) : null);
  };
}

/** Turns filters of one object into predicates. `tableOf` gives the tables that relation filters look into. */
export class FilterCompiler {
  constructor(
    private readonly object: ObjectModel,
    private readonly tableOf: (name: string) => Table,
  ) {}

  /** @throws ApiError for a field, comparator or value that the object does not know */
  compile(filter: JsonObject): Predicate {
    const predicates = Object.entries(filter)
      .filter(([, value]) => value !== undefined && value !== null)
      .map(([key, value]) => this.entry(key, value));
    const [only] = predicates;
    return predicates.length === 1 ? only : (record) => predicates.every((predicate) => predicate(record));
  }

  private entry(key: string, value: Json): Predicate {
    if (key === 'and' || key === 'or') {
      const list = (Array.isArray(value) ? value : [value]).filter(isJsonObject).map((part) => this.compile(part));
      if (key === 'or' && list.length > 0) return (record) => list.some((predicate) => predicate(record));
      return (record) => list.every((predicate) => predicate(record));
    }
    const condition = isJsonObject(value) ? value : {};
    if (key === 'not') {
      const inner = this.compile(condition);
      return (record) => !inner(record);
    }
    return this.field(key, condition);
  }

  private field(name: string, condition: JsonObject): Predicate {
    const owner = this.object.columnOwner(name);
    if (owner !== undefined) {
      return valuePredicate(columnReader(name), conditionTest(owner, name, condition), false);
    }
    const field = this.object.field(name);
    if (field === undefined) throw unknownField(this.object.name, name, REFUSED);
    if (field.relation !== undefined) return this.relation(field, condition);
    const part = Object.entries(condition).find(([, value]) => isJsonObject(value));
    if (part === undefined) {
      return valuePredicate(fieldReader(field), conditionTest(field, name, condition), isTime(field));
    }
    const parts = Object.entries(condition).map(([key, value]) => {
      const test = conditionTest({ ...field, type: 'TEXT' }, `${name}.${key}`, isJsonObject(value) ? value : {});
      return valuePredicate(partReader(field, key), test, false);
    });
    return (record) => parts.every((predicate) => predicate(record));
  }

  private relation(field: FieldModel, condition: JsonObject): Predicate {
    const { relation } = field;
    if (relation?.column === undefined) throw unknownField(this.object.name, field.name, REFUSED);
    const { column } = relation;
    const table = this.tableOf(relation.target);
    const inner = new FilterCompiler(table.object, this.tableOf).compile(condition);
    return (record) => {
      const id = record.values[column];
      const other = typeof id === 'string' ? table.get(id) : undefined;
      return other !== undefined && inner(other);
    };
  }
}

/** Whether a filter names `deletedAt` anywhere: then rows in the bin are not left out. */
export function namesDeletedAt(filter: Json): boolean {
  if (Array.isArray(filter)) return filter.some(namesDeletedAt);
  if (!isJsonObject(filter)) return false;
  return Object.entries(filter).some(([key, value]) => key === 'deletedAt' || namesDeletedAt(value));
}

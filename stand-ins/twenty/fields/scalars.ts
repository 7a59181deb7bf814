import { inspect } from 'node:util';
import { badRequest, codedError, invalidValue } from '../errors';
import type { Json } from '../json';
import type { FieldModel } from '../metadata/model';
import { parseMicros } from '../time';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

/** Ids in filters, and those that records are made with, must have a version from 1 to 5 and the variant of a UUID. */
const VERSIONED_UUID = /^[\da-f]{8}-[\da-f]{4}-[1-5][\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/i;

export function isVersionedUuid(value: Json): value is string {
  return typeof value === 'string' && VERSIONED_UUID.test(value);
}

/** The id that a request gives its record. */
export function recordIdOrThrow(value: Json): string {
  if (isVersionedUuid(value)) return value.toLowerCase();
  throw notUuid(value);
}

/** The id of another record, as a request gives it. */
export function idOrThrow(value: Json): string {
  if (isUuid(value)) return value.toLowerCase();
  throw notUuid(value);
}

function notUuid(value: Json): Error {
  return codedError(`Value "${String(value)}" is not a valid UUID`, 'INVALID_QUERY_INPUT');
}

/** A time in microseconds from a request's value. `subCode` tells a filter's value from a record's. */
export function microsOrThrow(value: Json, fieldName: string, subCode = 'INVALID_ARGS_DATA'): number {
  const micros = typeof value === 'string' ? parseMicros(value) : undefined;
  if (micros !== undefined) return micros;
  const shown = inspect(value);
  throw badRequest(
    `Invalid value ${shown} for date-time field "${fieldName}". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`,
    subCode,
    `Invalid value for date-time: "${shown}". Expected format: 'YYYY-MM-DDTHH:mm:ssZ'`,
  );
}

function optionOrThrow(field: FieldModel, value: Json): Json {
  const values = (field.options ?? []).map((option) => option.value);
  if (typeof value === 'string' && values.includes(value)) return value;
  throw invalidValue(
    `Invalid value "${String(value)}" for field "${field.name}". Valid values are: ${values.join(', ')}`,
    String(value),
  );
}

function typeMismatch(field: FieldModel, wanted: string, value: Json): never {
  const shown = inspect(value);
  throw invalidValue(`Invalid ${wanted} value ${shown} for field "${field.name}"`, shown);
}

/** The stored form of a plain field's value; throws in the server's words when the field does not take it. */
export function scalarOrThrow(field: FieldModel, value: Json): Json {
  if (value === null) return field.type === 'TEXT' ? '' : null;
  switch (field.type) {
    case 'TEXT':
      if (typeof value === 'string') return value;
      throw invalidValue(`Invalid string value ${inspect(value)} for text field "${field.name}"`, inspect(value));
    case 'NUMBER':
      return typeof value === 'number' && Number.isFinite(value) ? value : typeMismatch(field, 'number', value);
    case 'BOOLEAN':
      return typeof value === 'boolean' ? value : typeMismatch(field, 'boolean', value);
    case 'DATE_TIME':
      return microsOrThrow(value, field.name);
    case 'SELECT':
    case 'RATING':
      return optionOrThrow(field, value);
    case 'MULTI_SELECT':
      return Array.isArray(value)
        ? value.map((item) => optionOrThrow(field, item))
        : typeMismatch(field, 'array', value);
    case 'UUID':
      return idOrThrow(value);
    default:
      return value;
  }
}

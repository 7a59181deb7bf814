import { inspect } from 'node:util';
import { invalidValue } from '../errors';
import type { Json, JsonObject } from '../json';

/** Local part and domain without spaces; a domain without a dot (`a@b`) passes. */
const EMAIL =
  /^[a-z0-9_'+\-%!#$&*/=?^`{|}~]+(\.[a-z0-9_'+\-%!#$&*/=?^`{|}~]+)*@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;

function emailOrThrow(value: Json, fieldName: string): string {
  const lower = typeof value === 'string' ? value.toLowerCase() : undefined;
  if (lower !== undefined && EMAIL.test(lower)) return lower;
  const shown = inspect(value);
  throw invalidValue(`Invalid string value ${shown} for email field "${fieldName}"`, shown);
}

function list(value: Json, fieldName: string): Json[] {
  const items = typeof value === 'string' ? (JSON.parse(value) as Json) : value;
  return Array.isArray(items) ? items.map((item) => emailOrThrow(item, fieldName)) : [];
}

/** The parts of a record's emails that the input sets: a primary email left out is erased, additional ones stay. */
export function emailParts(input: JsonObject, fieldName: string): JsonObject {
  const primary = input.primaryEmail ?? '';
  const parts: JsonObject = { primaryEmail: primary === '' ? '' : emailOrThrow(primary, `${fieldName}.primaryEmail`) };
  if (input.additionalEmails !== undefined) {
    parts.additionalEmails = list(input.additionalEmails ?? [], `${fieldName}.additionalEmails`);
  }
  return parts;
}

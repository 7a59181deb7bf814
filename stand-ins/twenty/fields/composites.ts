import { inspect } from 'node:util';
import { badRequest, invalidValue } from '../errors';
import type { Json, JsonObject } from '../json';
import type { FieldModel } from '../metadata/model';
import { blankValue } from './blank';
import { emailParts } from './emails';
import { linkParts } from './links';
import { phoneParts } from './phones';
import { richTextParts } from './rich-text';

const NUMBER_PARTS = new Set(['amountMicros', 'addressLat', 'addressLng']);
const JSON_PARTS = new Set(['additionalEmails', 'additionalPhones', 'secondaryLinks', 'context']);

function checkParts(field: FieldModel, input: JsonObject, parts: readonly string[]): void {
  for (const [part, value] of Object.entries(input)) {
    if (!parts.includes(part)) {
      throw badRequest(`Invalid subfield ${part} for field "${field.name}"`, 'INVALID_ARGS_DATA');
    }
    const isEmail = field.type === 'EMAILS';
    if (value === null || isEmail || JSON_PARTS.has(part) || NUMBER_PARTS.has(part)) continue;
    if (typeof value !== 'string') {
      const shown = inspect(value);
      throw invalidValue(`Invalid string value ${shown} for text field "${field.name}.${part}"`, shown);
    }
  }
}

/** Micros are whole: a fraction is cut off, not refused. */
function numberPart(part: string, value: Json): Json {
  if (value === null || value === '') return null;
  return part === 'amountMicros' ? Math.trunc(Number(value)) : Number(value);
}

function plainParts(input: JsonObject, blank: JsonObject): JsonObject {
  const parts: JsonObject = {};
  for (const [part, value] of Object.entries(input)) {
    parts[part] = NUMBER_PARTS.has(part) ? numberPart(part, value) : (value ?? blank[part]);
  }
  return parts;
}

/**
 * The parts of a composite that an input sets, in stored form; the others stay. Which parts an input sets without
 * naming them (and so erases) differs by type.
 */
export function compositeParts(field: FieldModel, input: JsonObject): JsonObject {
  const blank = blankValue(field) as JsonObject;
  checkParts(field, input, Object.keys(blank));
  switch (field.type) {
    case 'EMAILS':
      return emailParts(input, field.name);
    case 'PHONES':
      return phoneParts(input);
    case 'LINKS':
      return linkParts(input);
    case 'RICH_TEXT':
      return richTextParts(input);
    default:
      return plainParts(input, blank);
  }
}

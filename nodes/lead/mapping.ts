import { InputError } from '../errors/input-error';
import { FIELD_DIRECTIONS, FIELD_KINDS, FIELD_POLICIES, type FieldKind } from './field-kinds';
import { type FieldMapping, type JsonObject, type JsonValue, type LeadValue, type LeadValues } from './types';
import { isObject, parseTwentyField, type TwentyField } from './twenty-field';

/** A mapping that cannot be used; the message names the row and says what it should look like. */
export class MappingError extends InputError {
  override name = 'MappingError';

  constructor(message: string) {
    super(message, 'Correct the row in Field Mapping, or empty it to use the default mapping.');
  }
}

const ATTRIBUTE = 'attributes.';

/** The key of `attributes.<key>`; `undefined` for another field. */
function attributeKey(leadField: string): string | undefined {
  return leadField.startsWith(ATTRIBUTE) && leadField.length > ATTRIBUTE.length
    ? leadField.slice(ATTRIBUTE.length)
    : undefined;
}

function oneOf(names: readonly string[], value: JsonValue | undefined): boolean {
  return typeof value === 'string' && names.includes(value);
}

function isKind(kind: JsonValue | undefined): kind is FieldKind {
  return oneOf(FIELD_KINDS, kind);
}

function checkRow(row: JsonValue, index: number): FieldMapping {
  const where = `Field mapping row ${index + 1}`;
  if (!isObject(row)) throw new MappingError(`${where} is not an object. Pass the rows that Start Sync Run returns.`);
  const { lead_field: leadField, twenty_field: twentyField, kind, direction, policy } = row;
  if (typeof leadField !== 'string' || leadField === '') {
    throw new MappingError(`${where} has no "lead_field". Name a column of public.leads or attributes.<key>.`);
  }
  if (!isKind(kind)) {
    throw new MappingError(`${where} (${leadField}) has no known "kind". Use one of ${FIELD_KINDS.join(', ')}.`);
  }
  if (typeof twentyField !== 'string' || parseTwentyField(twentyField, kind) === null) {
    throw new MappingError(
      `${where} (${leadField}) names the Twenty field ${JSON.stringify(twentyField ?? null)}. ` +
        'Use a field such as jobTitle or amount, a part such as emails.primaryEmail, or a company field such as company.name.',
    );
  }
  if (direction !== undefined && !oneOf(FIELD_DIRECTIONS, direction)) {
    throw new MappingError(`${where} (${leadField}): "direction" must be one of ${FIELD_DIRECTIONS.join(', ')}.`);
  }
  if (policy !== undefined && !oneOf(FIELD_POLICIES, policy)) {
    throw new MappingError(`${where} (${leadField}): "policy" must be one of ${FIELD_POLICIES.join(', ')}.`);
  }
  return row as unknown as FieldMapping;
}

/**
 * Checks mapping rows that come from outside (a user edits them). The row `deleted` has no Twenty field and is left out.
 * @throws MappingError when the rows are no list, or a row is wrong
 */
export function parseMapping(rows: unknown): FieldMapping[] {
  if (!Array.isArray(rows)) {
    throw new MappingError('The field mapping is not a list. Pass the "fields" that Start Sync Run returns.');
  }
  return rows
    .map((row: JsonValue, index) => ({ row, index }))
    .filter(({ row }) => !isObject(row) || row.lead_field !== 'deleted')
    .map(({ row, index }) => checkRow(row, index));
}

/** Rows do not change, and each is asked for with every record. */
const PLACES = new WeakMap<FieldMapping, TwentyField>();

/**
 * The place of a row's value in Twenty.
 * @throws MappingError when the path is none that can be synchronised
 */
export function twentyFieldOf(row: FieldMapping): TwentyField {
  const known = PLACES.get(row);
  if (known !== undefined) return known;
  const field = parseTwentyField(row.twenty_field, row.kind);
  if (field === null) throw new MappingError(`"${row.twenty_field}" is not a Twenty field that can be synchronised.`);
  PLACES.set(row, field);
  return field;
}

/** Rows whose Twenty field the workspace has. A missing `leadScore`, or `company`, also hides what lies below it. */
export function presentRows(mapping: FieldMapping[], missing: readonly string[] = []): FieldMapping[] {
  if (missing.length === 0) return mapping;
  return mapping.filter(
    ({ twenty_field: path }) => !missing.some((name) => path === name || path.startsWith(`${name}.`)),
  );
}

/** The value of a lead field, `attributes.<key>` included; `undefined` when it is not known. */
export function readLeadField(values: LeadValues, leadField: string): LeadValue | undefined {
  const key = attributeKey(leadField);
  if (key === undefined) return Object.hasOwn(values, leadField) ? values[leadField] : undefined;
  const attributes: JsonObject = values.attributes ?? {};
  return Object.hasOwn(attributes, key) ? attributes[key] : undefined;
}

/** Sets the value of a lead field, `attributes.<key>` included. */
export function writeLeadField(values: LeadValues, leadField: string, value: LeadValue): void {
  const key = attributeKey(leadField);
  if (key === undefined) values[leadField] = value;
  else values.attributes = { ...values.attributes, [key]: value };
}

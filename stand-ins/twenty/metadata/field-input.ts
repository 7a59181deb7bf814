import { randomUUID } from 'node:crypto';
import { badRequest } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldInput, FieldType, ObjectModel, Relation, SelectOption } from './model';
import type { Schema } from './schema';

/** Types that a field can be created with. */
const CREATABLE: ReadonlySet<string> = new Set<FieldType>([
  'TEXT',
  'NUMBER',
  'NUMERIC',
  'BOOLEAN',
  'DATE_TIME',
  'DATE',
  'SELECT',
  'MULTI_SELECT',
  'RATING',
  'ARRAY',
  'RAW_JSON',
  'UUID',
  'FULL_NAME',
  'EMAILS',
  'PHONES',
  'LINKS',
  'ADDRESS',
  'CURRENCY',
  'RICH_TEXT',
  'ACTOR',
  'RELATION',
]);

export function textOf(value: Json | undefined): string | null {
  return typeof value === 'string' ? value : null;
}

export function readOptions(value: Json | undefined): SelectOption[] | null {
  if (!Array.isArray(value)) return null;
  return value.filter(isJsonObject).map((option, index) => ({
    id: randomUUID(),
    label: textOf(option.label) ?? String(option.value),
    value: String(option.value),
    color: textOf(option.color) ?? 'sky',
    position: typeof option.position === 'number' ? option.position : index,
  }));
}

function relationOf(schema: Schema, object: ObjectModel, name: string, payload: Json): Relation {
  const target = isJsonObject(payload) ? schema.objectById(String(payload.targetObjectMetadataId)) : undefined;
  if (target === undefined || !isJsonObject(payload)) throw badRequest('Relation creation payload is required');
  const label = textOf(payload.targetFieldLabel) ?? object.names.namePlural;
  const inverse = label.charAt(0).toLowerCase() + label.slice(1).replace(/[^A-Za-z0-9]/g, '');
  return { kind: 'MANY_TO_ONE', target: target.name, inverse, column: `${name}Id` };
}

/**
 * The field that a creation request describes.
 * @throws ApiError for a type that does not exist or a relation without a target
 */
export function readFieldInput(schema: Schema, object: ObjectModel, body: JsonObject): FieldInput {
  const type = textOf(body.type) ?? '';
  const name = textOf(body.name) ?? '';
  if (!CREATABLE.has(type)) throw badRequest(`Unsupported field type ${type}`);
  const input: FieldInput = {
    name,
    type: type as FieldType,
    label: textOf(body.label) ?? name,
    description: textOf(body.description),
    icon: textOf(body.icon),
    isNullable: body.isNullable !== false,
    isUnique: body.isUnique === true,
    options: readOptions(body.options),
    defaultValue: typeof body.defaultValue === 'string' ? body.defaultValue.replace(/^'|'$/g, '') : null,
  };
  if (type !== 'RELATION') return input;
  const relation = relationOf(schema, object, name, body.relationCreationPayload);
  const description = `${object.names.labelPlural} tied to the ${schema.object(relation.target).names.labelSingular}`;
  return { ...input, relation, description, icon: 'IconRelationOneToMany' };
}

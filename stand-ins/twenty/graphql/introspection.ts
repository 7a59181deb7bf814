import type { FieldNode } from 'graphql';
import { isJsonObject, type Json, type JsonObject } from '../json';
import type { FieldModel, ObjectModel } from '../metadata/model';
import type { Schema } from '../metadata/schema';
import { responseKey, selectedFields, type DocumentScope } from './selection';

const TYPE_NAMES: Partial<Record<FieldModel['type'], string>> = {
  UUID: 'UUID',
  TEXT: 'String',
  NUMBER: 'Float',
  BOOLEAN: 'Boolean',
  DATE_TIME: 'DateTime',
  DATE: 'Date',
  POSITION: 'Position',
  RAW_JSON: 'RawJSONScalar',
  TS_VECTOR: 'TSVector',
};

const COMPOSITE_NAMES: Partial<Record<FieldModel['type'], string>> = {
  FULL_NAME: 'FullName',
  EMAILS: 'Emails',
  PHONES: 'Phones',
  LINKS: 'Links',
  ADDRESS: 'Address',
  CURRENCY: 'Currency',
  RICH_TEXT: 'RichText',
  ACTOR: 'Actor',
};

function reference(kind: string, name: string): JsonObject {
  return { kind, name, ofType: null };
}

function outputType(schema: Schema, field: FieldModel): JsonObject {
  if (field.relation !== undefined) {
    const { title } = schema.object(field.relation.target).graphqlNames;
    return reference('OBJECT', field.relation.kind === 'ONE_TO_MANY' ? `${title}Connection` : title);
  }
  const composite = COMPOSITE_NAMES[field.type];
  const type =
    composite === undefined ? reference('SCALAR', TYPE_NAMES[field.type] ?? 'String') : reference('OBJECT', composite);
  return field.isNullable ? type : { kind: 'NON_NULL', name: null, ofType: type };
}

function inputType(field: FieldModel): JsonObject {
  if (field.name === 'id') return reference('SCALAR', 'ID');
  const composite = COMPOSITE_NAMES[field.type];
  if (composite !== undefined) return reference('INPUT_OBJECT', `${composite}CreateInput`);
  return reference('SCALAR', TYPE_NAMES[field.type] ?? 'String');
}

function columns(object: ObjectModel): JsonObject[] {
  return object.fields.flatMap(({ relation }) =>
    relation?.column === undefined ? [] : [{ name: relation.column, type: reference('SCALAR', 'UUID') }],
  );
}

function select(value: Json, nodes: FieldNode[], scope: DocumentScope): Json {
  if (Array.isArray(value)) return value.map((item) => select(item, nodes, scope));
  if (!isJsonObject(value) || nodes.length === 0) return value;
  const picked: JsonObject = {};
  for (const node of nodes) {
    picked[responseKey(node)] = select(value[node.name.value] ?? null, selectedFields(node.selectionSet, scope), scope);
  }
  return picked;
}

/** What `__type(name)` tells of an object's type or of its create and update inputs; null for any other type. */
export function describeType(schema: Schema, name: string, wanted: FieldNode[], scope: DocumentScope): Json {
  const [, title, input] = /^(\w+?)(CreateInput|UpdateInput)?$/.exec(name) ?? [];
  const object = schema.objects.find((candidate) => candidate.graphqlNames.title === title);
  if (object === undefined) return null;
  const described: JsonObject =
    input === undefined
      ? {
          name,
          kind: 'OBJECT',
          fields: [
            ...object.fields.map((field) => ({ name: field.name, type: outputType(schema, field) })),
            ...columns(object),
          ],
        }
      : {
          name,
          kind: 'INPUT_OBJECT',
          inputFields: [
            ...object.fields
              .filter(({ relation, type }) => relation === undefined && type !== 'TS_VECTOR')
              .map((field) => ({ name: field.name, type: inputType(field) })),
            ...columns(object),
          ],
        };
  return select(described, wanted, scope);
}

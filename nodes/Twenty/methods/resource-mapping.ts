import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import { columnOf, partsOf, uniquePaths } from '../records/field-types';
import { isWritable } from '../records/record-data';
import { connect } from '../transport/n8n-client';
import { readObject, type FieldMetadata, type ObjectMetadata } from '../transport/metadata';
import { asNodeError } from '../transport/errors';

const FIELD_TYPES: Record<string, FieldType> = {
  NUMBER: 'number',
  NUMERIC: 'number',
  POSITION: 'number',
  BOOLEAN: 'boolean',
  DATE: 'dateTime',
  DATE_TIME: 'dateTime',
  SELECT: 'options',
  RATING: 'options',
  MULTI_SELECT: 'array',
  ARRAY: 'array',
  RAW_JSON: 'object',
};

const PART_TYPES: Record<string, FieldType> = {
  additionalEmails: 'array',
  additionalPhones: 'array',
  secondaryLinks: 'array',
  amountMicros: 'number',
  addressLat: 'number',
  addressLng: 'number',
};

/** The fields of the chosen object that can be written; composites part by part, e.g. `emails.primaryEmail`. */
export async function getRecordFields(this: ILoadOptionsFunctions): Promise<ResourceMapperFields> {
  return await asNodeError(this, async () => {
    const name = this.getCurrentNodeParameter('object', { extractValue: true });
    const object = await readObject(await connect(this), String(name ?? 'person'));
    const fields = object.fields.filter(isWritable).flatMap((field) => mapperFields(object, field));
    return { fields: [idField(), ...fields] };
  });
}

function mapperFields(object: ObjectMetadata, field: FieldMetadata): ResourceMapperField[] {
  const parts = partsOf(field);
  const column = columnOf(field);
  if (column === null) return [];
  const unique = new Set(uniquePaths(object));
  const common = { required: false, defaultMatch: false, display: true, removed: field.isSystem };
  if (parts !== null) {
    return parts.map((part) => {
      const id = `${field.name}.${part}`;
      const displayName = `${field.label}: ${humanised(part)}`;
      return { ...common, id, displayName, type: PART_TYPES[part] ?? 'string', canBeUsedToMatch: unique.has(id) };
    });
  }
  const options = field.options?.map(({ label, value }) => ({ name: label, value }));
  const type = FIELD_TYPES[field.type] ?? 'string';
  const displayName = column === field.name ? field.label : `${field.label} ID`;
  return [
    { ...common, id: column, displayName, type, canBeUsedToMatch: unique.has(column), ...(options ? { options } : {}) },
  ];
}

function idField(): ResourceMapperField {
  const id = { id: 'id', displayName: 'ID', type: 'string' as const, required: false, display: true, removed: true };
  return { ...id, defaultMatch: false, canBeUsedToMatch: true };
}

/** `primaryEmail` becomes `Primary Email`. */
function humanised(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

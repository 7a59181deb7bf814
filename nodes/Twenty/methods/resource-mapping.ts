import type { FieldType, ILoadOptionsFunctions, ResourceMapperField, ResourceMapperFields } from 'n8n-workflow';
import { placesOf, uniquePaths } from '../records/field-types';
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
  const unique = new Set(uniquePaths(object));
  const options = field.options?.map(({ label, value }) => ({ name: label, value }));
  return placesOf(field).map(({ path, label, part }) => ({
    id: path,
    displayName: label,
    type: part === null ? (FIELD_TYPES[field.type] ?? 'string') : (PART_TYPES[part] ?? 'string'),
    canBeUsedToMatch: unique.has(path),
    required: false,
    defaultMatch: false,
    display: true,
    removed: field.isSystem,
    ...(options && part === null ? { options } : {}),
  }));
}

function idField(): ResourceMapperField {
  const id = { id: 'id', displayName: 'ID', type: 'string' as const, required: false, display: true, removed: true };
  return { ...id, defaultMatch: false, canBeUsedToMatch: true };
}

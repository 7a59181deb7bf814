import { FIELD_KINDS, parseTwentyField, type FieldKind } from '../../lead';
import { columnOf, placesOf, type Place } from '../records/field-types';
import { isWritable } from '../records/record-data';
import type { TwentyClient } from '../transport/client';
import { readObjects, readObject, type FieldMetadata, type ObjectMetadata } from '../transport/metadata';
import { typeClashes } from './type-clashes';

/** A place in Twenty's records that a row of the mapping may name. */
export interface MappableField {
  /** As `twenty_field` has it: `jobTitle`, `emails.primaryEmail`, `company.name`. */
  name: string;
  label: string;
  /** Twenty's word for it: TEXT, SELECT, EMAILS … */
  type: string;
  /** What a row may say that it holds, the plainest first. */
  kinds: FieldKind[];
  /** Of a select, in its order. */
  options?: Array<{ value: string; label: string }>;
}

/** What can be in a part of a composite; a text in those that are not here. */
const PART_KINDS: Readonly<Record<string, readonly FieldKind[]>> = {
  primaryEmail: ['email', 'text'],
  additionalEmails: ['list'],
  primaryPhoneNumber: ['phone'],
  additionalPhones: ['list'],
  primaryLinkUrl: ['link', 'domain', 'text'],
  secondaryLinks: [],
  addressLat: ['number'],
  addressLng: ['number'],
  amountMicros: [],
  currencyCode: [],
};
/** Kinds of which one value has several spellings: only a free text keeps them. */
const SPELLED: ReadonlySet<FieldKind> = new Set(['email', 'phone', 'link', 'domain']);

const isReference = (field: FieldMetadata): boolean => field.type === 'UUID' || columnOf(field) !== field.name;

function holds(object: ObjectMetadata, field: FieldMetadata, path: string, kind: FieldKind): boolean {
  if (kind === 'reference' || isReference(field)) return kind === 'reference' && isReference(field);
  if (kind === 'option') return field.type === 'SELECT';
  if (SPELLED.has(kind) && !path.includes('.') && field.type !== 'TEXT') return false;
  return typeClashes({ ...object, fields: [field] }, [{ lead_field: path, twenty_field: path, kind }]).every(
    ({ bearable }) => bearable,
  );
}

/** The places of an object's fields, money as one value. */
function ownFields(object: ObjectMetadata): MappableField[] {
  return object.fields.filter(isWritable).flatMap((field) => {
    const whole: Place[] = field.type === 'CURRENCY' ? [{ path: field.name, label: field.label, part: null }] : [];
    const options = field.options?.map(({ value, label }) => ({ value, label }));
    return [...whole, ...placesOf(field)].map(({ path, label, part }) => ({
      name: path,
      label,
      type: field.type,
      kinds: (part === null ? FIELD_KINDS : (PART_KINDS[part] ?? ['text'])).filter(
        (kind) => parseTwentyField(path, kind) !== null && holds(object, field, path, kind),
      ),
      ...(options && field.type === 'SELECT' ? { options } : {}),
    }));
  });
}

/** What a row may name of the company that the object's records belong to. */
function companyFields(object: ObjectMetadata, company: ObjectMetadata | undefined): MappableField[] {
  if (company === undefined || !object.fields.some(({ name, type }) => name === 'company' && type === 'RELATION'))
    return [];
  return ownFields(company).map(({ name, label, kinds, ...field }) => ({
    ...field,
    name: `company.${name}`,
    label: `Company: ${label}`,
    kinds: kinds.filter((kind) => kind !== 'reference' && parseTwentyField(`company.${name}`, kind) !== null),
  }));
}

/**
 * What a mapping of an object may name, by the rules of setup and of the runs: a field of a type that holds what the row says,
 * composites part by part, and fields of the related company.
 */
export function mappableFields(object: ObjectMetadata, company?: ObjectMetadata): MappableField[] {
  return [...ownFields(object), ...companyFields(object, company)].filter(({ kinds }) => kinds.length > 0);
}

/** The same of the workspace as it is now. @throws TwentyError (not_found) where there is no such object */
export async function readMappableFields(client: TwentyClient, name: string): Promise<MappableField[]> {
  const object = await readObject(client, name);
  const objects = await readObjects(client);
  return mappableFields(
    object,
    objects.find(({ nameSingular }) => nameSingular === 'company'),
  );
}

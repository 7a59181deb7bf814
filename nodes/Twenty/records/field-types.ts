import { columnName, type FieldMetadata, type ObjectMetadata } from '../transport/metadata';

/** Composite field types by their parts, and the part that a unique index covers. */
const COMPOSITE_TYPES: Record<string, { parts: string[]; uniquePart?: string }> = {
  FULL_NAME: { parts: ['firstName', 'lastName'] },
  EMAILS: { parts: ['primaryEmail', 'additionalEmails'], uniquePart: 'primaryEmail' },
  PHONES: {
    parts: ['primaryPhoneNumber', 'primaryPhoneCountryCode', 'primaryPhoneCallingCode', 'additionalPhones'],
    uniquePart: 'primaryPhoneNumber',
  },
  LINKS: { parts: ['primaryLinkUrl', 'primaryLinkLabel', 'secondaryLinks'], uniquePart: 'primaryLinkUrl' },
  ADDRESS: {
    parts: [
      'addressStreet1',
      'addressStreet2',
      'addressCity',
      'addressPostcode',
      'addressState',
      'addressCountry',
      'addressLat',
      'addressLng',
    ],
  },
  CURRENCY: { parts: ['amountMicros', 'currencyCode'] },
  RICH_TEXT: { parts: ['markdown', 'blocknote'] },
  RICH_TEXT_V2: { parts: ['markdown', 'blocknote'] },
  ACTOR: { parts: ['source', 'name', 'workspaceMemberId', 'context'] },
};

const SCALAR_TYPES = new Set([
  'UUID',
  'TEXT',
  'NUMBER',
  'NUMERIC',
  'BOOLEAN',
  'DATE',
  'DATE_TIME',
  'SELECT',
  'MULTI_SELECT',
  'RATING',
  'RAW_JSON',
  'ARRAY',
  'POSITION',
]);

/** Field types, and parts of composites, that hold numbers; a rating is an option (`RATING_3`). */
const NUMBER_TYPES = new Set(['NUMBER', 'NUMERIC', 'POSITION']);
const NUMBER_PARTS = new Set(['amountMicros', 'addressLat', 'addressLng']);

/** Unique in every workspace, whether or not its metadata says so. */
const ALWAYS_UNIQUE: Record<string, string[]> = {
  person: ['emails.primaryEmail'],
  company: ['domainName.primaryLinkUrl'],
};

/** The parts of a composite field; null for any other field. */
export function partsOf(field: FieldMetadata): string[] | null {
  return COMPOSITE_TYPES[field.type]?.parts ?? null;
}

/** The name under which a field is read and written; null for one of a type that is neither. */
export function columnOf(field: FieldMetadata): string | null {
  const name = columnName(field);
  return name !== field.name || partsOf(field) !== null || SCALAR_TYPES.has(field.type) ? name : null;
}

/** A value of a record that has a name of its own: a field, or a composite's part. */
export interface Place {
  /** `jobTitle`, `emails.primaryEmail`, `companyId`. */
  path: string;
  label: string;
  part: string | null;
}

/** What a field is read and written as: itself, or each part of a composite; nothing for one that is neither. */
export function placesOf(field: FieldMetadata): Place[] {
  const column = columnOf(field);
  if (column === null) return [];
  const parts = partsOf(field);
  if (parts === null)
    return [{ path: column, label: column === field.name ? field.label : `${field.label} ID`, part: null }];
  return parts.map((part) => ({ path: `${field.name}.${part}`, label: `${field.label}: ${humanised(part)}`, part }));
}

/** `primaryEmail` becomes `Primary Email`. */
function humanised(name: string): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1 $2');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** What a filter on a field, or on a composite's part (`amount.amountMicros`), compares with. */
export function comparedAs(object: ObjectMetadata, path: string): 'number' | 'boolean' | 'text' {
  const [name, part] = path.split('.');
  const type = object.fields.find((field) => field.name === name)?.type ?? '';
  if (part === undefined ? NUMBER_TYPES.has(type) : NUMBER_PARTS.has(part) && type in COMPOSITE_TYPES) return 'number';
  return type === 'BOOLEAN' ? 'boolean' : 'text';
}

/** The GraphQL selection of all fields of an object, relations by their id, and of nothing below them. */
export function fullSelection(object: ObjectMetadata): string {
  const names = object.fields.flatMap((field) => {
    const column = columnOf(field);
    const parts = partsOf(field);
    if (column === null) return [];
    return [parts === null ? column : `${column}{${parts.join(' ')}}`];
  });
  return [...new Set(['id', ...names])].join(' ');
}

/** Paths of the values that no two records of this object may share, deleted records included. */
export function uniquePaths(object: ObjectMetadata): string[] {
  const declared = object.fields
    .filter((field) => field.isUnique && field.name !== 'id' && columnOf(field) !== null)
    .map((field) => {
      const part = COMPOSITE_TYPES[field.type]?.uniquePart;
      return part === undefined ? field.name : `${field.name}.${part}`;
    });
  return [...new Set([...declared, ...(ALWAYS_UNIQUE[object.nameSingular] ?? [])])];
}

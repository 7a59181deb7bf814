import type { FieldKind } from './field-kinds';
import type { FieldMapping, JsonObject, JsonValue } from './types';

/** Money in Twenty, of which nothing is known. */
const BLANK_MONEY: JsonObject = { amountMicros: null, currencyCode: null };

/**
 * Twenty's composite field types by their parts. Twenty erases the parts that a write leaves out, so composites are
 * read and written whole. The blank values are those that Twenty shows for an empty field.
 */
const COMPOSITES: JsonObject[] = [
  { firstName: '', lastName: '' },
  { primaryEmail: '', additionalEmails: [] },
  {
    primaryPhoneNumber: '',
    primaryPhoneCountryCode: '',
    primaryPhoneCallingCode: '',
    additionalPhones: [],
  },
  { primaryLinkLabel: '', primaryLinkUrl: '', secondaryLinks: [] },
  {
    addressStreet1: '',
    addressStreet2: '',
    addressCity: '',
    addressPostcode: '',
    addressState: '',
    addressCountry: '',
    addressLat: null,
    addressLng: null,
  },
  BLANK_MONEY,
];

/** The related company's fields that a lead can write; `company.employees` and others are read only. */
const COMPANY_NAME = 'company.name';
const COMPANY_DOMAIN = 'company.domainName.primaryLinkUrl';

/** Where a mapped value lives in a Twenty record. */
export type TwentyField =
  | { place: 'plain'; root: string }
  | { place: 'composite'; root: string; part: string; blank: JsonObject }
  | { place: 'money'; root: string; blank: JsonObject }
  | { place: 'company'; root: 'company'; path: string[]; role: 'name' | 'domain' | 'read_only' };

const IDENTIFIER = /^[A-Za-z][A-Za-z0-9]*$/;

function compositeWith(part: string): JsonObject | undefined {
  return COMPOSITES.find((composite) => Object.hasOwn(composite, part));
}

function companyRole(path: string): 'name' | 'domain' | 'read_only' {
  if (path === COMPANY_NAME) return 'name';
  return path === COMPANY_DOMAIN ? 'domain' : 'read_only';
}

/**
 * Reads the path of a mapping row. Money is a composite that is one value.
 * @returns the place, or `null` when the path is none that can be synchronised
 */
export function parseTwentyField(path: string, kind: FieldKind): TwentyField | null {
  const names = path.split('.');
  if (!names.every((name) => IDENTIFIER.test(name))) return null;
  if (kind === 'money') return names.length === 1 ? { place: 'money', root: path, blank: BLANK_MONEY } : null;
  const [root, part, deeper] = names;
  if (root === 'company' && part !== undefined) {
    if (names.length > 3 || (deeper !== undefined && compositeWith(deeper) === undefined)) return null;
    return { place: 'company', root: 'company', path: names.slice(1), role: companyRole(path) };
  }
  if (part === undefined) return { place: 'plain', root };
  const blank = compositeWith(part);
  return names.length === 2 && blank !== undefined ? { place: 'composite', root, part, blank } : null;
}

/** What the parts that hold several values hold. */
const LIST_PARTS: Record<string, FieldKind> = { additionalEmails: 'email', additionalPhones: 'phone' };

/**
 * What a row's value is, and, of a list, what its entries are. The place outdoes the row's own kind where Twenty stores
 * the value in a form of its own.
 */
export function kindOf(row: FieldMapping, field: TwentyField): { kind: FieldKind; entries?: FieldKind } {
  const part = field.place === 'composite' ? field.part : '';
  if (part === 'primaryPhoneNumber') return { kind: 'phone' };
  return part in LIST_PARTS ? { kind: 'list', entries: LIST_PARTS[part] } : { kind: row.kind };
}

/** The names of all parts of the composite that `part` belongs to, as a GraphQL selection. */
export function compositeSelection(blank: JsonObject): string {
  return `{${Object.keys(blank).join(' ')}}`;
}

/** The selection of a related company's field: `name`, or a composite's part `domainName{primaryLinkUrl}`. */
export function companyFieldSelection(path: string[]): string {
  return path.length === 1 ? path[0] : `${path[0]}{${path[1]}}`;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at a path; `undefined` where a key is absent, `null` where something on the way is null. */
export function valueAt(record: JsonObject, path: string[]): JsonValue | undefined {
  let value: JsonValue | undefined = record;
  for (const name of path) {
    if (value === null) return null;
    if (!isObject(value)) return undefined;
    value = value[name];
  }
  return value;
}

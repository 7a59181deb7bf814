import type { Json } from '../json';
import type { FieldModel, FieldType } from '../metadata/model';

const NO_ITEMS: Json[] = Object.freeze([] as Json[]) as Json[];

const BLANKS: Partial<Record<FieldType, Json>> = {
  TEXT: '',
  FULL_NAME: Object.freeze({ firstName: '', lastName: '' }),
  EMAILS: Object.freeze({ primaryEmail: '', additionalEmails: NO_ITEMS }),
  PHONES: Object.freeze({
    primaryPhoneNumber: '',
    primaryPhoneCountryCode: '',
    primaryPhoneCallingCode: '',
    additionalPhones: NO_ITEMS,
  }),
  LINKS: Object.freeze({ primaryLinkLabel: '', primaryLinkUrl: '', secondaryLinks: NO_ITEMS }),
  ADDRESS: Object.freeze({
    addressStreet1: '',
    addressStreet2: '',
    addressCity: '',
    addressPostcode: '',
    addressState: '',
    addressCountry: '',
    addressLat: null,
    addressLng: null,
  }),
  CURRENCY: Object.freeze({ amountMicros: null, currencyCode: null }),
  RICH_TEXT: Object.freeze({ blocknote: null, markdown: '' }),
};

/** What a record shows for a field that nobody has filled in. Composites are shared and frozen. */
export function blankValue(field: FieldModel): Json {
  return BLANKS[field.type] ?? null;
}

/** What a new record gets for a field that the request leaves out. */
export function initialValue(field: FieldModel): Json {
  return field.type === 'SELECT' ? field.defaultValue : blankValue(field);
}

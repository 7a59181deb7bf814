import type { FieldDirection, FieldKind, FieldMapping } from './types';

type Row = [leadField: string, twentyField: string, kind?: FieldKind, direction?: FieldDirection];

/** Custom fields that Prepare Workspace makes, the same for every object. */
const CUSTOM_ROWS: Row[] = [
  ['city', 'city'],
  ['region', 'region'],
  ['postal_code', 'postalCode'],
  ['country', 'country'],
  ['lead_source', 'leadSource'],
  ['lead_status', 'leadStatus'],
  ['lead_score', 'leadScore', 'number', 'to_twenty'],
  ['segment', 'leadSegment', 'text', 'to_twenty'],
];

const PERSON_ROWS: Row[] = [
  ['first_name', 'name.firstName'],
  ['last_name', 'name.lastName'],
  ['email', 'emails.primaryEmail', 'email'],
  ['additional_emails', 'emails.additionalEmails', 'list'],
  ['phone', 'phones.primaryPhoneNumber', 'phone'],
  ['additional_phones', 'phones.additionalPhones', 'list'],
  ['job_title', 'jobTitle'],
  ['linkedin_url', 'linkedinLink.primaryLinkUrl', 'link'],
  ['company_name', 'company.name'],
  ['company_domain', 'company.domainName.primaryLinkUrl', 'domain'],
  ...CUSTOM_ROWS,
];

/** A custom object starts with one TEXT field, `name`, which Twenty shows as the record's title; the rest is custom. */
const CUSTOM_OBJECT_ROWS: Row[] = [
  ['first_name', 'name'],
  ['last_name', 'lastName'],
  ['email', 'emails.primaryEmail', 'email'],
  ['additional_emails', 'emails.additionalEmails', 'list'],
  ['phone', 'phones.primaryPhoneNumber', 'phone'],
  ['additional_phones', 'phones.additionalPhones', 'list'],
  ['job_title', 'jobTitle'],
  ['linkedin_url', 'linkedinLink.primaryLinkUrl', 'link'],
  ['company_name', 'companyName'],
  ['company_domain', 'companyDomain.primaryLinkUrl', 'domain'],
  ...CUSTOM_ROWS,
];

/**
 * The mapping a synced object starts with.
 * @param object `person`, or the singular name of a custom object such as `lead`
 */
export function defaultMapping(object = 'person'): FieldMapping[] {
  const rows = object === 'person' ? PERSON_ROWS : CUSTOM_OBJECT_ROWS;
  return rows.map(([lead_field, twenty_field, kind = 'text', direction = 'both']) => ({
    object,
    lead_field,
    twenty_field,
    kind,
    direction,
    policy: 'last_write_wins',
  }));
}

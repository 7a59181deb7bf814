import type { FieldDirection, FieldKind } from './field-kinds';

interface LeadFieldFacts {
  /** As panels show it. */
  label: string;
  kind: FieldKind;
  /** Where a person in Twenty holds it, unless a mapping says otherwise; left out: nowhere. */
  person?: string;
  /** Where a record of a custom object holds it, if that is not the same. */
  custom?: string;
  /** Which way it goes, unless a mapping says otherwise: both. */
  direction?: FieldDirection;
  /** Whether it says who somebody is: without any such field nobody is created. */
  identifies?: true;
  /** Whether the database works it out: nobody can set it. */
  derived?: true;
}

/**
 * The fields of a lead, in the order of panels; `attributes` come on top. This is the one list of them on the nodes' side:
 * types, mappings and panels follow from it. The database has its own, and a test compares them.
 */
export const LEAD_FIELDS = {
  email: { label: 'Email', kind: 'email', person: 'emails.primaryEmail', identifies: true },
  // A custom object starts with one TEXT field, `name`, which Twenty shows as the record's title; the rest is custom.
  first_name: { label: 'First Name', kind: 'text', person: 'name.firstName', custom: 'name', identifies: true },
  last_name: { label: 'Last Name', kind: 'text', person: 'name.lastName', custom: 'lastName', identifies: true },
  phone: { label: 'Phone', kind: 'phone', person: 'phones.primaryPhoneNumber', identifies: true },
  additional_emails: { label: 'Additional Emails', kind: 'list', person: 'emails.additionalEmails', identifies: true },
  additional_phones: { label: 'Additional Phones', kind: 'list', person: 'phones.additionalPhones', identifies: true },
  job_title: { label: 'Job Title', kind: 'text', person: 'jobTitle' },
  company_name: { label: 'Company Name', kind: 'text', person: 'company.name', custom: 'companyName' },
  company_domain: {
    label: 'Company Domain',
    kind: 'domain',
    person: 'company.domainName.primaryLinkUrl',
    custom: 'companyDomain.primaryLinkUrl',
  },
  company_size: { label: 'Company Size', kind: 'text' },
  city: { label: 'City', kind: 'text', person: 'city' },
  region: { label: 'Region', kind: 'text', person: 'region' },
  country: { label: 'Country', kind: 'text', person: 'country' },
  postal_code: { label: 'Postal Code', kind: 'text', person: 'postalCode' },
  linkedin_url: { label: 'LinkedIn URL', kind: 'link', person: 'linkedinLink.primaryLinkUrl', identifies: true },
  lead_source: { label: 'Lead Source', kind: 'text', person: 'leadSource' },
  lead_status: { label: 'Lead Status', kind: 'text', person: 'leadStatus' },
  lead_score: { label: 'Lead Score', kind: 'number', person: 'leadScore', direction: 'to_twenty' },
  segment: { label: 'Segment', kind: 'text', person: 'leadSegment', direction: 'to_twenty', derived: true },
} as const satisfies Record<string, LeadFieldFacts>;

export type LeadField = keyof typeof LEAD_FIELDS;

/** The same list, to go through. */
export const leadFields: ReadonlyArray<LeadFieldFacts & { name: LeadField }> = (
  Object.entries(LEAD_FIELDS) as Array<[LeadField, LeadFieldFacts]>
).map(([name, facts]) => ({ name, ...facts }));

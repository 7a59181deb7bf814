import type { Json as TwentyJson, JsonObject } from '../../../stand-ins/twenty';
import { normalise, normaliseDomain, normaliseEmail, normalText, type FieldKind } from '../../../nodes/lead';
import type { Json } from './database';

export const COUNTRY = 'FR';

/** The fields that schedules edit. A company is one value, `name|domain`, though a lead keeps it in two fields. */
export const FIELDS = [
  'first_name',
  'last_name',
  'job_title',
  'phone',
  'email',
  'additional_emails',
  'city',
  'linkedin_url',
  'company',
  'lead_score',
  'attributes.utm',
  'deleted',
] as const;
export type Field = (typeof FIELDS)[number];
export type EditableField = Exclude<Field, 'deleted'>;

/** A lead's or a person's values in the form in which both sides are compared; null is blank. */
export type Values = Record<Field, string | null>;

/** The mapping's row for a field that this site has added. */
export const OWN_FIELD = { leadField: 'attributes.utm', twentyField: 'utm' } as const;

/** Its values that have another name in Twenty, as options of a select do. */
export const IN_TWENTY: Readonly<Record<string, string>> = { Newsletter: 'NEWS' };

/** A value of Twenty's in our words; one of ours that came there as it is counts as another. */
const nameHere = (value: unknown): unknown =>
  typeof value === 'string' && value in IN_TWENTY
    ? `untranslated ${value}`
    : (Object.keys(IN_TWENTY).find((name) => IN_TWENTY[name] === value) ?? value);

/** A text that Twenty refuses, whoever sends it: the poison record of a batch. */
export const REFUSED_TEXT = 'Refused by Twenty';
/** A phone number that nobody can call: refused before it is sent. */
export const INVALID_PHONE = 'call me';

/** Addresses in comparable form and in order, with a comma between them; null for none. */
function listOf(value: unknown): string | null {
  const texts = (Array.isArray(value) ? value : String(value).split(',')).map((text) => emailOf(String(text)));
  return [...new Set(texts)].sort().join(',') || null;
}

function emailOf(text: string): string {
  const email = normaliseEmail(text, { field: 'email' });
  return ('value' in email ? email.value : null) ?? text;
}

/** Hosts among the domains below that many companies share. */
export const SHARED_HOSTS: readonly string[] = ['linkedin.com', 'gmail.com'];

/**
 * The values that edits choose from: few, so that values come back, and spelt as people spell. The last ones of each are
 * what pasted texts bring along: characters that nobody sees, spaces of other kinds and several of them, letters in parts,
 * a host in its letters. They are spellings of one another.
 */
export const CHOICES: Record<EditableField, ReadonlyArray<string | null>> = {
  first_name: [
    'Ada',
    ' Ada ',
    'Grace',
    null,
    '',
    'Linus',
    'ada',
    'A\u200bda',
    'Jos\u00e9',
    'Jose\u0301',
    '\u202aLinus\u202c',
  ],
  last_name: [
    'Lovelace',
    'Hopper',
    null,
    'Torvalds ',
    'Noether',
    'Love\u00adlace',
    'van der Berg',
    'van  der\u3000Berg',
  ],
  job_title: ['CTO', 'CEO', null, 'cto', ' COO', '\ufeffCTO', 'Head of Sales', 'Head \u00a0of\tSales\u3000'],
  phone: [
    ...(['06 12 34 56 78', '+33612345678', '+44 20 7946 0958', null, '', '0033 6 98 76 54 32', INVALID_PHONE] as const),
    ...(['\u202a+33612345678\u202c', '+33\u00a06\u200912 34\u200b 56 78'] as const),
  ],
  email: [
    'ada@example.com',
    ' ADA@Example.com',
    'grace@example.com',
    'eve@example.com',
    'Bob@example.com',
    null,
    'ada.home@example.com',
    ...(['\u200bada@exam\u00adple.com', 'info@b\u00fccher.example', 'Info@xn--bcher-kva.example'] as const),
    'info@bu\u0308cher.example\u3000',
  ],
  // several with a comma between them; one is another person's first address
  additional_emails: [
    ...(['ada.home@example.com', 'Ada.Home@example.com,work@example.com ', 'grace@example.com', null] as const),
    ...(['\u3000ada.home@exam\u00adple.com', 'info@b\u00fccher.example'] as const),
  ],
  city: ['Paris', 'Rome', null, 'Oslo', REFUSED_TEXT, 'Pa\u00adris\u3000', 'S\u00e3o  Paulo', 'Sa\u0303o Paulo'],
  linkedin_url: [
    ...(['linkedin.com/in/ada', 'https://www.linkedin.com/in/grace', null, 'https://linkedin.com/in/eve/'] as const),
    '\ufefflinkedin.com/in/ada\u200b',
  ],
  // one domain under two names, one name with two domains and with none, a domain alone: subsidiaries, and people who know less
  company: [
    ...(['Acme|acme.com', 'Globex|globex.com', null, 'Acme Ltd|acme.com'] as const),
    ...(['|acme.com', 'acme|', 'Acme|acme.fr', '|globex.com', 'Globex|'] as const),
    ...(['Initech|linkedin.com', 'Hooli|linkedin.com', '|gmail.com'] as const),
    ...(['Ac\u00adme|acme.com', 'Caf\u00e9  Noir|', 'Cafe\u0301 Noir|b\u00fcro.example'] as const),
    '|xn--bro-hoa.example',
  ],
  lead_score: ['10', '20', null, '35.5'],
  'attributes.utm': ['newsletter', ' fair ', null, 'Newsletter', 'news\u00adletter', 'fair\u2003'],
};

/** The value that a number in a step stands for. */
export function chosen(field: EditableField, index: number): string | null {
  return CHOICES[field][index % CHOICES[field].length];
}

const KINDS: Record<Exclude<Field, 'company' | 'additional_emails' | 'deleted'>, FieldKind> = {
  first_name: 'text',
  last_name: 'text',
  job_title: 'text',
  phone: 'phone',
  email: 'email',
  city: 'text',
  linkedin_url: 'link',
  lead_score: 'number',
  'attributes.utm': 'text',
};

/** The columns of `public.leads` that a field stands in. */
export const COLUMNS: Record<Field, readonly string[]> = {
  first_name: ['first_name'],
  last_name: ['last_name'],
  job_title: ['job_title'],
  phone: ['phone'],
  email: ['email'],
  additional_emails: ['additional_emails'],
  city: ['city'],
  linkedin_url: ['linkedin_url'],
  company: ['company_name', 'company_domain'],
  lead_score: ['lead_score'],
  'attributes.utm': ['attributes'],
  deleted: ['deleted_at'],
};

/** Whether a field is among a lead's left-out ones. */
export function isListed(leftOut: unknown, field: Field): boolean {
  const listed = Object.keys((leftOut ?? {}) as Json);
  return listed.some((name) => name === field || (field !== 'attributes.utm' && COLUMNS[field].includes(name)));
}

/** One value in comparable form. A value that cannot be normalised stands for itself. */
export function comparable(field: Field, value: unknown): string | null {
  if (value === null || value === undefined || value === '') return null;
  if (field === 'deleted') return value === false ? null : 'deleted';
  if (field === 'company') return value as string;
  if (field === 'additional_emails') return listOf(value);
  const normalised = normalise(KINDS[field], value as string, { field, defaultCountry: COUNTRY });
  if ('problem' in normalised) return `unusable ${String(value)}`;
  if (normalised.value === null || normalised.value === '') return null;
  const text = KINDS[field] === 'text' ? normalText(normalised.value as string) : String(normalised.value as string);
  if (text === '') return null;
  return field === 'linkedin_url' ? text.toLowerCase().replace(/^https?:\/\/(www\.)?|\/$/g, '') : text;
}

/** A value as a lead's row spells it, without the plain white space around it: what the sync compares with what was agreed. */
export function spelling(value: unknown): string | null {
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  return text.replace(/^[ \t-\r\u00a0]+|[ \t-\r\u00a0]+$/g, '') || null;
}

/** A company as one value; null when it has neither name nor domain. A shared host is no domain: it never travels. */
export function companyValue(name: unknown, domain: unknown): string | null {
  const text = typeof name === 'string' ? normalText(name) : '';
  const host = bareHost(domain);
  const bare = SHARED_HOSTS.includes(host) ? '' : host;
  return text === '' && bare === '' ? null : `${text}|${bare}`;
}

/** A domain as its host alone, in letters of the name service; '' for none. */
export function bareHost(domain: unknown): string {
  const normalised = normaliseDomain(typeof domain === 'string' ? domain : null, { field: 'company_domain' });
  return ('value' in normalised && normalised.value?.replace(/^https:\/\//, '')) || '';
}

/** Whether a value is there in what is shown: of a company, that what is not known of it may be added, and its name be respelt. */
export function isShownIn(shown: string | null, value: string | null): boolean {
  if (shown === value) return true;
  const [name, domain] = value?.toLowerCase().split('|') ?? [];
  const [shownName, shownDomain] = shown?.toLowerCase().split('|') ?? [];
  if (domain === undefined || shownDomain === undefined) return false;
  return (name === '' || name === shownName) && (domain === '' || domain === shownDomain);
}

/** A lead's values, from its row. */
export function valuesOfLead(row: Json): Values {
  return valuesFrom((field) => {
    if (field === 'company') return companyValue(row.company_name, row.company_domain);
    if (field === 'attributes.utm') return comparable(field, (row.attributes as Json | undefined)?.utm);
    return comparable(field, field === 'deleted' ? row.deleted_at : row[field]);
  });
}

/** The values of what goes to Twenty or comes from there, in wire form: options are called as they are there. */
export function valuesOnTheWay(row: Json): Values {
  const attributes = (row.attributes ?? {}) as Json;
  return valuesOfLead({ ...row, attributes: { ...attributes, utm: nameHere(attributes.utm) } });
}

/** A person's values, from the record as REST shows it; `company` is its company unless that is deleted. */
export function valuesOfPerson(person: JsonObject, company: JsonObject | undefined): Values {
  const at = (...path: string[]): TwentyJson | undefined =>
    path.reduce<TwentyJson | undefined>((value, key) => (value as JsonObject | undefined)?.[key], person);
  const number = at('phones', 'primaryPhoneNumber');
  const raw: Record<Field, TwentyJson | undefined> = {
    first_name: at('name', 'firstName'),
    last_name: at('name', 'lastName'),
    job_title: at('jobTitle'),
    phone: number ? `${String(at('phones', 'primaryPhoneCallingCode'))}${String(number)}` : null,
    email: at('emails', 'primaryEmail'),
    additional_emails: at('emails', 'additionalEmails'),
    city: at('city'),
    linkedin_url: at('linkedinLink', 'primaryLinkUrl'),
    lead_score: at('leadScore'),
    'attributes.utm': nameHere(at('utm')) as TwentyJson | undefined,
    deleted: at('deletedAt'),
    company: companyValue(company?.name, (company?.domainName as JsonObject | undefined)?.primaryLinkUrl),
  };
  return valuesFrom((field) => comparable(field, raw[field]));
}

/** The columns of a lead that an edit sets, with the value as a person would write it. */
export function leadColumns(field: EditableField, value: string | null): Json {
  if (field === 'attributes.utm') return { attributes: value === null ? {} : { utm: value } };
  if (field === 'additional_emails') return { additional_emails: value?.split(',') ?? [] };
  if (field !== 'company') return { [field]: value };
  const [name, domain] = value?.split('|') ?? [null, null];
  return { company_name: name, company_domain: domain || null };
}

/** What the screen of Twenty would send for an edit of anything but the company. */
export function personData(
  field: Exclude<EditableField, 'company'>,
  value: string | null,
  person: JsonObject,
): JsonObject {
  const clean = value?.trim() ?? '';
  switch (field) {
    case 'first_name':
      return { name: { ...(person.name as JsonObject), firstName: clean } };
    case 'last_name':
      return { name: { ...(person.name as JsonObject), lastName: clean } };
    case 'job_title':
      return { jobTitle: clean };
    case 'phone':
      return { phones: { primaryPhoneNumber: comparable('phone', value) ?? '', additionalPhones: [] } };
    case 'email':
      return { emails: { ...(person.emails as JsonObject), primaryEmail: comparable(field, value) ?? '' } };
    case 'additional_emails':
      return {
        emails: { ...(person.emails as JsonObject), additionalEmails: comparable(field, value)?.split(',') ?? [] },
      };
    case 'linkedin_url':
      return { linkedinLink: { primaryLinkUrl: normalText(clean), primaryLinkLabel: '', secondaryLinks: [] } };
    case 'lead_score':
      return { leadScore: value === null ? null : Number(value) };
    case 'city':
      return { city: clean };
    case 'attributes.utm':
      return { utm: IN_TWENTY[clean] ?? clean };
  }
}

function valuesFrom(read: (field: Field) => string | null): Values {
  return Object.fromEntries(FIELDS.map((field) => [field, read(field)])) as Values;
}

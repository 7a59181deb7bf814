import { namePartsOf } from '../../lead';
import type { IncomingLead } from '../../runs/intake';
import type { MetaLead } from './types';

export interface LeadOfMeta extends IncomingLead {
  attributes: Record<string, unknown>;
}

export interface MappingOptions {
  formName?: string;
  /** Lead fields of questions of one's own, by their keys; `attributes.x` for an attribute. They come before the usual ones. */
  ownFields?: Readonly<Record<string, string>>;
}

/** Keys of Meta's standard questions, which forms in any language keep. Several of one field: the first that has a value is the field's. */
const FIELDS: Readonly<Record<string, string>> = {
  email: 'email',
  work_email: 'email',
  first_name: 'first_name',
  last_name: 'last_name',
  phone_number: 'phone',
  work_phone_number: 'phone',
  job_title: 'job_title',
  company_name: 'company_name',
  city: 'city',
  state: 'region',
  province: 'region',
  zip_code: 'postal_code',
  post_code: 'postal_code',
  country: 'country',
};
const FULL_NAME = 'full_name';

/** Fields that have room for more than one value, and where the others go. */
const MORE: Readonly<Record<string, string>> = { email: 'additional_emails', phone: 'additional_phones' };

/** What Meta fills test leads with where a question has no example of its own. */
const DUMMY = /^<test lead: dummy data for .*>$/i;

/** Whether it was made with Meta's testing tool. */
export function isTestLead({ field_data = [] }: MetaLead): boolean {
  return field_data.some(({ values = [] }) => values.some((value) => DUMMY.test(String(value))));
}

/**
 * A lead of a form as a lead of ours: standard questions are fields, all others attributes under their own keys, and
 * what has no room in its field is an attribute, too; the touch keeps all of it as it came.
 */
export function toLead(lead: MetaLead, { formName, ownFields = {} }: MappingOptions = {}): LeadOfMeta {
  const fields: Record<string, unknown> = {};
  const attributes: Record<string, unknown> = isTestLead(lead) ? { test_lead: true } : {};
  let fullName = '';

  for (const { name, values } of answersOf(lead)) {
    const target = own(ownFields, name) ?? own(FIELDS, name);
    if (target === undefined && name === FULL_NAME) fullName = values[0];
    else if (target?.startsWith('attributes.')) attributes[target.slice('attributes.'.length)] = oneOrAll(values);
    else if (target === undefined) attributes[attributeKey(name)] = oneOrAll(values);
    else keep(fields, attributes, { target, name, values });
  }
  for (const { checkbox_key = '', is_checked } of lead.custom_disclaimer_responses ?? []) {
    if (checkbox_key !== '') attributes[attributeKey(checkbox_key)] = is_checked === true || String(is_checked) === '1';
  }
  return { ...namePartsOf(fullName), ...fields, attributes, touch: touchOf(lead, formName) };
}

/** Answers that say something; the dummy texts of a test lead do not. */
function answersOf({ field_data = [] }: MetaLead): Array<{ name: string; values: string[] }> {
  return field_data
    .map(({ name, values = [] }) => ({
      name: name.trim(),
      values: values.map((value) => String(value ?? '').trim()).filter((value) => value !== '' && !DUMMY.test(value)),
    }))
    .filter(({ name, values }) => name !== '' && values.length > 0);
}

function keep(
  fields: Record<string, unknown>,
  attributes: Record<string, unknown>,
  { target, name, values }: { target: string; name: string; values: string[] },
): void {
  if (Object.values(MORE).includes(target)) return append(fields, target, values.flatMap(listed));
  fields[target] ??= values[0];
  const others = values.filter((value) => value !== fields[target]);
  if (others.length === 0) return;
  const more = MORE[target];
  if (more === undefined) attributes[attributeKey(name)] = oneOrAll(values);
  else append(fields, more, others);
}

function append(fields: Record<string, unknown>, list: string, values: string[]): void {
  fields[list] = [...((fields[list] as string[] | undefined) ?? []), ...values];
}

function touchOf(lead: MetaLead, formName: string | undefined): Record<string, unknown> {
  const made = Date.parse(lead.created_time);
  const touch = {
    source: 'meta',
    external_id: lead.id,
    kind: 'form',
    time: Number.isNaN(made) ? undefined : new Date(made).toISOString(),
    campaign: lead.campaign_name ?? lead.campaign_id,
    ad_set: lead.adset_name ?? lead.adset_id,
    ad: lead.ad_name ?? lead.ad_id,
    form: formName ?? lead.form_id,
    medium: lead.is_organic === undefined ? undefined : lead.is_organic ? 'organic_social' : 'paid_social',
    raw: lead,
  };
  return Object.fromEntries(Object.entries(touch).filter(([, value]) => value !== undefined));
}

/** One text may hold several, as the database reads it. */
const listed = (text: string): string[] =>
  text
    .split(/[,;\n]/)
    .map((part) => part.trim())
    .filter(Boolean);

/** Forms name their questions as they like, `constructor` among them. */
const own = (fields: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.hasOwn(fields, name) ? fields[name] : undefined;

const oneOrAll = (values: string[]): string | string[] => (values.length === 1 ? values[0] : values);

/** A dot would mean an attribute within an attribute. */
const attributeKey = (name: string): string => name.replaceAll('.', '_');

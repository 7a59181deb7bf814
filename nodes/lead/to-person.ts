import { presentRows, readLeadField, twentyFieldOf } from './mapping';
import { moneyForTwenty, type Money } from './money';
import { normalise } from './normalise';
import { additionalPhones, parsePhone } from './phone';
import { readTwentyField } from './to-lead';
import { isObject, kindOf, type TwentyField } from './twenty-field';
import type {
  CompanyRequest,
  FieldMapping,
  JsonObject,
  JsonValue,
  LeadValue,
  LeadValues,
  LeftOut,
  TwentyRecord,
} from './types';

export interface LeadToRecordInput {
  /** Lead fields to write; a field that is absent is not touched. */
  values: LeadValues;
  /** Composites as read before the write; `null` for a create. */
  twentyRecord: TwentyRecord | null;
  mapping: FieldMapping[];
  /** The lead's own country, by ISO 3166 alpha-2 code or English name: reads its phones before the default country. */
  country?: string | null;
  /** ISO 3166 alpha-2 code for phone numbers without a country. */
  defaultCountry?: string | null;
  /** Twenty fields that the workspace lacks; they are not written. */
  missing?: readonly string[];
  /** What the workspace's fields of options take. */
  options?: OptionFields;
  /** Lead fields whose values Twenty has refused, with its reasons: they are not written. */
  refused?: LeftOut;
}

/** By field: the options that it has, and whether it can be blank. */
export type OptionFields = Readonly<Record<string, { values: readonly string[]; canBeBlank: boolean }>>;

export interface LeadRecord {
  /** The record's fields for Twenty, every composite complete. */
  data: JsonObject;
  /** The company to find or create; its id goes into `companyId`. A blanked company is `companyId: null` in `data`. */
  company?: CompanyRequest;
  /** Fields whose values cannot be used: what Twenty holds there stays as it is. */
  leftOut: LeftOut;
}

const BLANK_PHONE = { primaryPhoneNumber: '', primaryPhoneCountryCode: '', primaryPhoneCallingCode: '' };

type CompositeField = Extract<TwentyField, { place: 'composite' }>;
type WholeField = Extract<TwentyField, { blank: JsonObject }>;

/** The parts of a composite that one lead field sets; a phone sets three, a removed link also drops its label. */
function partsFor(field: CompositeField, value: LeadValue, whole: JsonObject): JsonObject {
  if (field.part === 'primaryPhoneNumber') {
    return typeof value === 'string' ? { ...BLANK_PHONE, ...parsePhone(value)?.twenty } : BLANK_PHONE;
  }
  if (field.part === 'additionalPhones' && Array.isArray(value)) {
    return { additionalPhones: additionalPhones(value.map(String), whole.additionalPhones) };
  }
  if (field.part === 'primaryLinkUrl' && value === null) return { primaryLinkUrl: '', primaryLinkLabel: '' };
  return { [field.part]: value ?? field.blank[field.part] };
}

function isSame(one: LeadValue, other: LeadValue | undefined): boolean {
  return one === other || (typeof one === 'object' && JSON.stringify(one) === JSON.stringify(other));
}

function wholeComposite(field: WholeField, current: JsonObject, remote: TwentyRecord | null): JsonObject {
  const known = isObject(current[field.root]) ? current[field.root] : remote?.[field.root];
  return { ...field.blank, ...(isObject(known) ? known : {}) };
}

/** A value as Twenty takes it, or why it does not. */
type Fitted = { value: JsonValue } | { problem: string };

function moneyValue({ blank }: WholeField, value: LeadValue): Fitted {
  return value === null ? { value: { ...blank } } : moneyForTwenty(value as Money);
}

/** @param option what the field takes, if it is one of options */
function optionValue(option: OptionFields[string] | undefined, value: LeadValue): Fitted {
  if (option === undefined) return { value };
  const { values, canBeBlank } = option;
  if (value === null) return canBeBlank ? { value } : { problem: 'cannot be blank in Twenty. Choose one.' };
  if (values.includes(String(value))) return { value };
  return {
    problem: `${JSON.stringify(value)} is none of Twenty's options: ${values.join(', ')}. Choose one, or add it there.`,
  };
}

/**
 * The company that the mapped company fields ask for.
 * @returns `undefined` when no company field is to be written, `null` when the company is blanked
 */
function companyRequest(wanted: Partial<CompanyRequest>): CompanyRequest | null | undefined {
  const { name, domain } = wanted;
  if (name === undefined && domain === undefined) return undefined;
  const request = { name: name ?? null, domain: domain ?? null };
  return request.name === null && request.domain === null ? null : request;
}

/**
 * A lead's fields in the form that Twenty stores. Composites are built on what was just read, because Twenty erases the
 * parts that a write leaves out. A value that Twenty already holds goes back as it is, even one our rules would refuse.
 */
export function leadToRecord(input: LeadToRecordInput): LeadRecord {
  const { values, twentyRecord, mapping, country, defaultCountry, missing, options = {}, refused = {} } = input;
  const data: JsonObject = {};
  const wanted: Partial<CompanyRequest> = {};
  const leftOut: LeftOut = {};

  for (const row of presentRows(mapping, missing)) {
    const given = readLeadField(values, row.lead_field);
    const field = twentyFieldOf(row);
    if (given === undefined || row.direction === 'to_supabase') continue;
    if (field.place === 'company' && field.role === 'read_only') continue;

    if (Object.hasOwn(refused, row.lead_field)) {
      leftOut[row.lead_field] = refused[row.lead_field];
      continue;
    }
    if ('blank' in field && given !== null && isSame(given, readTwentyField(twentyRecord ?? {}, row))) {
      data[field.root] = wholeComposite(field, data, twentyRecord);
      continue;
    }
    const { kind, entries } = kindOf(row, field);
    const normalised = normalise(kind, given, { field: row.lead_field, country, defaultCountry, entries });
    if ('problem' in normalised) {
      leftOut[row.lead_field] = normalised.problem.message;
      continue;
    }
    const { value } = normalised;
    if (field.place === 'company') {
      if (field.role !== 'read_only') wanted[field.role] = value === null ? null : String(value);
      continue;
    }
    if (field.place === 'composite') {
      const whole = wholeComposite(field, data, twentyRecord);
      data[field.root] = { ...whole, ...partsFor(field, value, whole) };
      continue;
    }
    // a new record gets the option that Twenty begins with
    if (kind === 'option' && value === null && twentyRecord === null) continue;
    const fitted = field.place === 'money' ? moneyValue(field, value) : optionValue(options[field.root], value);
    if ('value' in fitted) data[field.root] = fitted.value;
    else leftOut[row.lead_field] = `${row.lead_field} ${fitted.problem}`;
  }

  const company = companyRequest(wanted);
  if (company === null) data.companyId = null;
  return company ? { data, company, leftOut } : { data, leftOut };
}

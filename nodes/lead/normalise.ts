import { parseDomain, parseLink } from './link';
import { currencyCode, decimal, type Money } from './money';
import { asciiHost, normalText, trimmed } from './normal-form';
import { isOfSomeCountry, parsePhone } from './phone';
import { isObject } from './twenty-field';
import { asUuid } from './uuid';
import type { FieldKind } from './field-kinds';
import type { LeadValue, Problem } from './types';

/** A normalised value (`null` for blank), or what is wrong with it. */
export type Normalised<T extends LeadValue = LeadValue> = { value: T | null } | { problem: Problem };

export interface NormaliseOptions {
  /** The lead field's name, for messages. */
  field: string;
  /** The lead's own country, by ISO 3166 alpha-2 code or English name: reads its phones before the default country. */
  country?: string | null;
  /** ISO 3166 alpha-2 code for phone numbers without a country. */
  defaultCountry?: string | null;
  /** What the entries of a list are. Default: texts. */
  entries?: FieldKind;
}

/**
 * Characters of one text. Twenty refuses bodies over 10 MB (recorded) and takes 200 records a batch: 10,000 UTF-16
 * units are at most 30 kB of UTF-8, so one such text in each record of a batch still leaves room.
 */
export const MAX_TEXT_LENGTH = 10_000;

/** RFC 5321 allows a path of 256 octets with its angle brackets. */
const MAX_EMAIL_LENGTH = 254;

/** Keeps a unique index on a link below PostgreSQL's 2,704 bytes of a btree row. */
const MAX_LINK_LENGTH = 2_048;

/** As lenient as Twenty, which takes `a@b`: what it refuses beyond this comes back as its own message. */
const EMAIL = /^[^\s@<>(),;:"\\[\]]+@[^\s@<>(),;:"\\[\]]+$/;

/** What people type where they have no address or number; `lead_sync.comparable` has the same. */
const PLACEHOLDER = /^(n\/?a|n\.a\.|none|null|nil|unknown|[-–—.?_]+)$/i;

/** ISO 8601 with an offset, or a day alone: of a time without an offset nobody knows when it is. */
const TIME = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d(:?\d\d)?))?$/i;

function problem(field: string, message: string): { problem: Problem } {
  return { problem: { field, message: `${field} ${message}` } };
}

function shown(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}

function isBlank(value: LeadValue): boolean {
  return value === null || (typeof value === 'string' && trimmed(value) === '');
}

function asText(value: LeadValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/**
 * What makes a text unfit for PostgreSQL, as the end of a sentence.
 * @returns `null` for a text that can be stored
 */
export function unstorable(text: string): string | null {
  if (text.includes('\u0000')) return 'contains a NUL character, which databases refuse. Remove it from the source.';
  if (/\p{Surrogate}/u.test(text)) {
    return 'contains half of a character (a lone surrogate), which databases refuse. Cut texts between characters.';
  }
  return null;
}

/** Trims; a blank text is `null`. Numbers and booleans become their text. */
export function normaliseText(
  input: LeadValue,
  { field }: NormaliseOptions,
  maxLength = MAX_TEXT_LENGTH,
): Normalised<string> {
  if (input === null) return { value: null };
  if (typeof input === 'object') {
    return problem(field, 'is a list or an object where a text is expected. Map its parts one by one.');
  }
  const text = String(input);
  const flaw = unstorable(text);
  if (flaw !== null) return problem(field, flaw);
  const value = trimmed(text);
  if (value.length > maxLength) {
    return problem(field, `is ${value.length} characters long; at most ${maxLength} can be synchronised. Shorten it.`);
  }
  return { value: value === '' ? null : value };
}

function fromText(
  input: LeadValue,
  options: NormaliseOptions,
  maxLength: number,
  parse: (text: string) => Normalised<string>,
): Normalised<string> {
  const text = normaliseText(input, options, maxLength);
  if ('problem' in text || text.value === null) return text;
  return PLACEHOLDER.test(text.value) ? { value: null } : parse(text.value);
}

/**
 * Trims and lower-cases an email address; invisible characters that come along with pasted ones are dropped, and a domain
 * in other letters is written as the name service has it.
 */
export function normaliseEmail(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  return fromText(input, options, MAX_EMAIL_LENGTH, (text) => {
    const lower = normalText(text).toLowerCase();
    const at = lower.lastIndexOf('@') + 1;
    const value = lower.slice(0, at) + asciiHost(lower.slice(at));
    if (EMAIL.test(value)) return { value };
    return problem(options.field, `${shown(text)} is not an email address. Correct it, e.g. name@example.com.`);
  });
}

/** A phone number of some country in E.164. */
export function normalisePhone(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  return fromText(input, options, MAX_TEXT_LENGTH, (text) => {
    const phone = parsePhone(normalText(text), options.country, options.defaultCountry);
    if (phone !== null && isOfSomeCountry(phone)) return { value: phone.e164 };
    if (phone !== null) {
      const flaw = 'has a calling code of no country, which Twenty does not take. Give a number of a country.';
      return problem(options.field, `${shown(text)} ${flaw}`);
    }
    const advice =
      (options.country ?? options.defaultCountry)
        ? `in ${[options.country, options.defaultCountry].filter(Boolean).join(' or ')}. Correct it, or write it with its country, e.g. +33612345678.`
        : 'without a country. Write it with its country, e.g. +33612345678, or set a default country.';
    return problem(options.field, `${shown(text)} is not a phone number ${advice}`);
  });
}

/** A link with scheme, host in lower case and no slash at the end. */
export function normaliseLink(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  return fromText(input, options, MAX_LINK_LENGTH, (text) => {
    const value = parseLink(normalText(text));
    if (value !== null) return { value };
    return problem(options.field, `${shown(text)} is not a web address. Correct it, e.g. https://example.com/page.`);
  });
}

/** A company's domain in the form `https://acme.com`. */
export function normaliseDomain(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  return fromText(input, options, MAX_LINK_LENGTH, (text) => {
    const value = parseDomain(normalText(text));
    if (value !== null) return { value };
    return problem(options.field, `${shown(text)} is not a domain. Correct it, e.g. acme.com.`);
  });
}

/** A finite number; texts that hold one count, but no whole number that a number of Twenty would round, such as a long id. */
export function normaliseNumber(input: LeadValue, options: NormaliseOptions): Normalised<number> {
  if (typeof input === 'number' && Number.isFinite(input)) return { value: input };
  const text = normaliseText(input, options);
  if ('problem' in text) return text;
  if (text.value === null) return { value: null };
  const value = Number(text.value);
  if (!Number.isFinite(value) || typeof input === 'boolean') {
    return problem(options.field, `${shown(text.value)} is not a number. Write it with digits, e.g. 42.5.`);
  }
  if (Number.isSafeInteger(value) || !Number.isInteger(value) || decimal(text.value) === decimal(value))
    return { value };
  return problem(
    options.field,
    `${shown(text.value)} has more digits than a number in Twenty keeps. Map it to a text.`,
  );
}

const BOOLEANS = new Map([
  ...['true', 'yes', 'y', '1', 'on'].map((word) => [word, true] as const),
  ...['false', 'no', 'n', '0', 'off'].map((word) => [word, false] as const),
]);

/** True or false; the usual words for them count. */
export function normaliseBoolean(input: LeadValue, options: NormaliseOptions): Normalised<boolean> {
  const text = normaliseText(input, options);
  if ('problem' in text) return text;
  if (text.value === null) return { value: null };
  const value = BOOLEANS.get(text.value.toLowerCase());
  if (value !== undefined) return { value };
  return problem(options.field, `${shown(text.value)} is neither true nor false. Write true or false.`);
}

/**
 * A list of values, each once and normalised by what the entries are; blank ones are dropped, an empty list is `null`.
 * A text alone is a list of one.
 */
export function normaliseList(input: LeadValue, options: NormaliseOptions): Normalised {
  const value: LeadValue[] = [];
  for (const entry of Array.isArray(input) ? input : [input]) {
    const normalised = normalise(options.entries ?? 'text', entry, options);
    if ('problem' in normalised) return normalised;
    if (normalised.value !== null && !value.includes(normalised.value)) value.push(normalised.value);
  }
  return { value: value.length === 0 ? null : value };
}

/** An amount of money, exact; a number or a text alone is one without a currency. */
export function normaliseMoney(input: LeadValue, { field }: NormaliseOptions): Normalised<Money> {
  const { amount: given = null, currency: code = null } = isObject(input) ? input : { amount: input };
  if (isBlank(given)) return { value: null };
  const amount = decimal(given);
  if (amount === null) {
    return problem(
      field,
      `${shown(asText(given))} is not an amount. Write it as {"amount": "1234.56", "currency": "EUR"}.`,
    );
  }
  if (isBlank(code)) return { value: { amount, currency: null } };
  const currency = currencyCode(asText(code));
  if (currency !== null) return { value: { amount, currency } };
  return problem(field, `is in ${shown(asText(code))}, which is no currency. Write its three letters, e.g. EUR.`);
}

/** A moment in UTC with milliseconds; a text without a time of day means the day's beginning in UTC. */
export function normaliseTime(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  const text = normaliseText(input, options);
  if ('problem' in text || text.value === null) return text;
  const time = TIME.test(text.value) ? new Date(text.value) : null;
  // Date takes the 30th of February for a day in March
  const day = new Date(text.value.slice(0, 10)).getUTCDate();
  if (time !== null && !Number.isNaN(time.valueOf()) && day === Number(text.value.slice(8, 10)))
    return { value: time.toISOString() };
  return problem(options.field, `${shown(text.value)} is not a time. Write it like 2026-12-31T18:00:00Z.`);
}

/** The id of a record in Twenty. */
export function normaliseReference(input: LeadValue, options: NormaliseOptions): Normalised<string> {
  const text = normaliseText(input, options);
  if ('problem' in text || text.value === null) return text;
  const value = asUuid(text.value);
  if (value !== null) return { value };
  return problem(options.field, `${shown(text.value)} is not the ID of a record in Twenty.`);
}

const BY_KIND: Record<FieldKind, (input: LeadValue, options: NormaliseOptions) => Normalised> = {
  text: normaliseText,
  email: normaliseEmail,
  phone: normalisePhone,
  link: normaliseLink,
  domain: normaliseDomain,
  number: normaliseNumber,
  boolean: normaliseBoolean,
  list: normaliseList,
  money: normaliseMoney,
  option: normaliseText,
  time: normaliseTime,
  reference: normaliseReference,
};

/** Normalises a value by its kind. Normalising what it returns changes nothing. */
export function normalise(kind: FieldKind, input: LeadValue, options: NormaliseOptions): Normalised {
  return BY_KIND[kind](input, options);
}

import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberFromString,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js';
import { isObject } from './twenty-field';
import type { JsonObject, JsonValue } from './types';

/** A phone number in both forms: ours (E.164) and the parts that Twenty stores. Extensions are dropped, as Twenty does. */
export interface ParsedPhone {
  e164: string;
  twenty: {
    primaryPhoneNumber: string;
    primaryPhoneCountryCode: string;
    primaryPhoneCallingCode: string;
  };
}

const NAMES = new Intl.DisplayNames('en', { type: 'region' });
const BY_NAME = new Map(getCountries().map((code) => [NAMES.of(code)?.toLowerCase(), code]));

/** The country as libphonenumber knows it, by its code or English name; `undefined` for a blank or unknown one. */
export function countryCode(country: string | null | undefined): CountryCode | undefined {
  const text = (country ?? '').trim();
  const upper = text.toUpperCase();
  return isSupportedCountry(upper) ? upper : BY_NAME.get(text.toLowerCase());
}

const CALLING_CODES = new Set(getCountries().map((code) => `+${getCountryCallingCode(code)}`));

/** Whether the calling code is some country's: that of a free number (+800) or a satellite phone (+881) Twenty refuses. */
export function isOfSomeCountry({ twenty }: ParsedPhone): boolean {
  return CALLING_CODES.has(twenty.primaryPhoneCallingCode);
}

function inBothForms(phone: PhoneNumber): ParsedPhone {
  return {
    e164: phone.number,
    twenty: {
      primaryPhoneNumber: phone.nationalNumber,
      primaryPhoneCountryCode: phone.country ?? '',
      primaryPhoneCallingCode: `+${phone.countryCallingCode}`,
    },
  };
}

/** A number written with its calling code; it need not be in use, as in Twenty. */
function international(text: string): PhoneNumber | undefined {
  const phone = parsePhoneNumberFromString(text.replace(/^\s*00/, '+'));
  return phone?.isPossible() ? phone : undefined;
}

/**
 * A number as a country reads it: one that is valid there, its calling code in front or not. In front comes first: where
 * numbers have many lengths, as in Germany, one with its code is valid without, too (491711234567).
 */
function national(text: string, code: string | null | undefined): PhoneNumber | undefined {
  const country = countryCode(code);
  if (country === undefined) return undefined;
  const calling = getCountryCallingCode(country);
  return [`+${text}`, text]
    .map((attempt) => parsePhoneNumberFromString(attempt, country))
    .find((phone) => phone?.isValid() && phone.countryCallingCode === calling);
}

/**
 * Reads a phone number as people write it: with a calling code (a leading `00` counts as `+`), or as the first of the
 * countries reads it in which it is valid. What is valid in none is not guessed.
 * @param countries ISO 3166 alpha-2 codes for a number without a calling code
 * @returns `null` for what cannot be a phone number
 */
export function parsePhone(text: string, ...countries: Array<string | null | undefined>): ParsedPhone | null {
  const phone =
    international(text) ?? countries.map((country) => national(text, country)).find((found) => found !== undefined);
  return phone === undefined ? null : inBothForms(phone);
}

/**
 * The E.164 form of a PHONES composite as Twenty returns it. A number that cannot be read (old or imported data) keeps
 * its text, so that it compares equal with itself.
 * @returns `null` when the composite holds no primary number
 */
export function phoneFromTwenty(composite: JsonObject): string | null {
  const { primaryPhoneNumber, primaryPhoneCountryCode, primaryPhoneCallingCode } = composite;
  return inE164(primaryPhoneNumber, primaryPhoneCountryCode, primaryPhoneCallingCode);
}

function inE164(...parts: Array<JsonValue | undefined>): string | null {
  const [number, country, calling] = parts.map((part) => (typeof part === 'string' ? part.trim() : ''));
  if (number === '') return null;
  const whole = number.startsWith('+') ? number : `${calling}${number}`;
  const parsed = parsePhone(whole) ?? parsePhone(number, country);
  return parsed?.e164 ?? whole;
}

/** The E.164 form of an entry of `additionalPhones`, as {@link phoneFromTwenty}. */
export function additionalPhoneFromTwenty(entry: JsonValue): string | null {
  return isObject(entry) ? inE164(entry.number, entry.countryCode, entry.callingCode) : null;
}

/**
 * `additionalPhones` for numbers in E.164.
 * @param current as read: the entries of numbers that stay are handed back as they are
 */
export function additionalPhones(numbers: string[], current: JsonValue): JsonValue[] {
  const known = new Map(
    (Array.isArray(current) ? current : []).map((entry) => [additionalPhoneFromTwenty(entry), entry]),
  );
  return numbers.map((number) => {
    const phone = parsePhone(number)?.twenty;
    return (
      known.get(number) ?? {
        number: phone?.primaryPhoneNumber ?? number,
        callingCode: phone?.primaryPhoneCallingCode ?? '',
        countryCode: phone?.primaryPhoneCountryCode ?? '',
      }
    );
  });
}

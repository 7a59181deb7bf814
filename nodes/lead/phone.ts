import { isSupportedCountry, parsePhoneNumberFromString, type CountryCode, type PhoneNumber } from 'libphonenumber-js';
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

/** The country as libphonenumber knows it; `undefined` for a blank or unknown code. */
export function countryCode(code: string | null | undefined): CountryCode | undefined {
  const upper = (code ?? '').trim().toUpperCase();
  return isSupportedCountry(upper) ? upper : undefined;
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

/**
 * Reads a phone number as people write it. A leading `00` also counts as `+`, whatever the default country dials.
 * @param defaultCountry ISO 3166 alpha-2 code for numbers without a country
 * @returns `null` for what cannot be a phone number
 */
export function parsePhone(text: string, defaultCountry?: string | null): ParsedPhone | null {
  const country = countryCode(defaultCountry);
  const attempts = [text, text.replace(/^\s*00/, '+')].map((attempt) => parsePhoneNumberFromString(attempt, country));
  const phone = attempts.find((attempt) => attempt?.isPossible());
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
  const international = number.startsWith('+') ? number : `${calling}${number}`;
  const parsed = parsePhone(number, country) ?? parsePhone(international);
  return parsed?.e164 ?? international;
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

import {
  getCountries,
  getCountryCallingCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
  type CountryCode,
  type PhoneNumber,
} from 'libphonenumber-js';
import { codedError } from '../errors';
import { isJsonObject, type Json, type JsonObject } from '../json';

interface Phone {
  number?: Json;
  countryCode?: Json;
  callingCode?: Json;
}

const CALLING_CODES = new Set<string>(getCountries().map((country) => getCountryCallingCode(country)));

function text(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function parse(number: string, countryCode: string | undefined, callingCode: string | undefined): PhoneNumber {
  try {
    return parsePhoneNumberWithError(number, {
      defaultCountry: countryCode as CountryCode | undefined,
      defaultCallingCode: callingCode?.replace('+', ''),
    });
  } catch {
    throw codedError(`Provided phone number is invalid ${number}`, 'INVALID_PHONE_NUMBER');
  }
}

/** Splits a number into national number, country and calling code, as the server stores it. */
function infer(phone: Phone): Phone {
  const countryCode = text(phone.countryCode);
  const callingCode = text(phone.callingCode);
  if (countryCode !== undefined && !isSupportedCountry(countryCode)) {
    throw codedError(`Invalid country code ${countryCode}`, 'INVALID_PHONE_COUNTRY_CODE');
  }
  if (callingCode !== undefined && !CALLING_CODES.has(callingCode.replace('+', ''))) {
    throw codedError(`Invalid calling code ${callingCode}`, 'INVALID_PHONE_CALLING_CODE');
  }
  const number = text(phone.number);
  if (number === undefined) return phone;
  const parsed = parse(number, countryCode, callingCode);
  if (countryCode !== undefined && parsed.country !== undefined && parsed.country !== countryCode) {
    throw codedError('Provided and inferred country code are conflicting', 'CONFLICTING_PHONE_COUNTRY_CODE');
  }
  if (callingCode !== undefined && callingCode !== `+${parsed.countryCallingCode}`) {
    throw codedError('Provided and inferred calling code are conflicting', 'CONFLICTING_PHONE_CALLING_CODE');
  }
  return {
    number: parsed.nationalNumber,
    callingCode: `+${parsed.countryCallingCode}`,
    countryCode: countryCode ?? parsed.country ?? '',
  };
}

function additional(value: Json | undefined): Json[] {
  const list = typeof value === 'string' ? (JSON.parse(value) as Json) : value;
  if (!Array.isArray(list)) return [];
  return list.filter(isJsonObject).map((phone) => {
    const inferred = infer(phone);
    return {
      number: inferred.number ?? '',
      callingCode: inferred.callingCode ?? '',
      countryCode: inferred.countryCode ?? '',
    };
  });
}

/**
 * The parts of a record's phones that the input sets. Parts of the primary phone that it leaves out stay as they are;
 * `additionalPhones` left out is erased.
 */
export function phoneParts(input: JsonObject): JsonObject {
  const primary = infer({
    number: input.primaryPhoneNumber,
    countryCode: input.primaryPhoneCountryCode,
    callingCode: input.primaryPhoneCallingCode,
  });
  const parts: JsonObject = { additionalPhones: additional(input.additionalPhones) };
  if (primary.number !== undefined) parts.primaryPhoneNumber = primary.number ?? '';
  if (primary.countryCode !== undefined) parts.primaryPhoneCountryCode = primary.countryCode ?? '';
  if (primary.callingCode !== undefined) parts.primaryPhoneCallingCode = primary.callingCode ?? '';
  return parts;
}

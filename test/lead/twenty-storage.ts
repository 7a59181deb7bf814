import { parsePhoneNumberFromString, type CountryCode } from 'libphonenumber-js';
import type { JsonObject } from '../../nodes/lead';

/** What a Twenty server keeps of a written value, as recorded: emails lower-cased, links and phones rewritten. */
function stored(name: string, value: JsonObject): JsonObject {
  const text = (part: string): string => (typeof value[part] === 'string' ? value[part] : '');
  if (name === 'emails') {
    const additionalEmails = (value.additionalEmails as string[]).map((email) => email.toLowerCase());
    return { ...value, primaryEmail: text('primaryEmail').toLowerCase(), additionalEmails };
  }
  if (name === 'linkedinLink' && text('primaryLinkUrl') !== '') {
    const url = new URL(text('primaryLinkUrl'));
    const link = `${url.origin.toLowerCase()}${url.pathname}${url.search}${url.hash}`;
    return { ...value, primaryLinkUrl: link.replace(/\/$/, '') };
  }
  if (name === 'phones' && text('primaryPhoneNumber') !== '') {
    const country = text('primaryPhoneCountryCode');
    const phone = parsePhoneNumberFromString(text('primaryPhoneNumber'), {
      defaultCountry: (country || undefined) as CountryCode | undefined,
      defaultCallingCode: text('primaryPhoneCallingCode').slice(1),
    });
    if (phone === undefined || (country !== '' && phone.country !== country)) {
      throw new Error(`Twenty refuses the phone ${JSON.stringify(value)}`);
    }
    return {
      ...value,
      primaryPhoneNumber: phone.nationalNumber,
      primaryPhoneCountryCode: phone.country ?? country,
      primaryPhoneCallingCode: `+${phone.countryCallingCode}`,
    };
  }
  return value;
}

/** The record that a read shows after `data` was written over `before`. */
export function afterWrite(before: JsonObject, data: JsonObject): JsonObject {
  const written = Object.entries(data).map(([name, value]) => {
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) return [name, stored(name, value)];
    return [name, value ?? (name === 'leadScore' ? null : '')];
  });
  return { ...before, ...Object.fromEntries(written) };
}

import { DateTime } from 'luxon';

/** A plus sign that stood in an address or a form comes as a blank. */
const LOST_PLUS = /(\d\d:\d\d:\d\d(?:\.\d+)?) (\d\d:?\d\d)$/;
const EPOCH_SECONDS = /^\d{10}$/;
const EPOCH_MILLISECONDS = /^\d{13}$/;

/**
 * Reads a time as Knowlarity writes it: `YYYY-MM-DD HH:mm:ss`, with an offset or not, ISO 8601, or seconds since 1970.
 * @param timeZone whose it is without an offset
 * @returns ISO 8601 in UTC; null for what is no time
 */
export function readTime(text: string, timeZone: string): string | null {
  const plain = text.trim();
  if (EPOCH_SECONDS.test(plain)) return new Date(Number(plain) * 1_000).toISOString();
  if (EPOCH_MILLISECONDS.test(plain)) return new Date(Number(plain)).toISOString();
  const iso = plain
    .replace(LOST_PLUS, '$1+$2')
    .replace(' ', 'T')
    .replace(/ (?=[+-]\d\d)/, '');
  const time = DateTime.fromISO(iso, { zone: timeZone });
  return time.isValid ? time.toUTC().toISO() : null;
}

/** As the call log takes it: in the account's own zone, with its offset. */
export function writeTime(milliseconds: number, timeZone: string): string {
  return DateTime.fromMillis(milliseconds, { zone: timeZone }).toFormat('yyyy-MM-dd HH:mm:ssZZ');
}

export function isTimeZone(timeZone: string): boolean {
  return DateTime.local({ zone: timeZone }).isValid;
}

import { normalText } from '../../../nodes/lead';
import { comparable } from '../systems/fields';
import type { Json } from '../systems/database';

/** The digits of a number that is written in full, with its calling code; null for any other, which names nobody. */
export function numberOf(phone: unknown): string | null {
  const text = typeof phone === 'string' ? phone : '';
  if (!/^[^0-9+a-z]*(\+|00)[^+a-z,;/#]+$/i.test(text)) return null;
  return text.replace(/\(0\)|[^0-9]/g, '').replace(/^00/, '');
}

const nameOf = (row: Json): string =>
  normalText([row.first_name, row.last_name].filter((part) => typeof part === 'string').join(' ')).toLowerCase();

/** The leads of which somebody with a phone number, and with no known e-mail, must become one; none: it is a new lead. */
export function leadsOfPhone(item: Json, live: readonly Json[]): readonly Json[] {
  const number = numberOf(item.phone);
  const name = nameOf(item);
  const found = live.filter(
    (row) =>
      number !== null && numberOf(row.phone) === number && (name === '' || nameOf(row) === '' || nameOf(row) === name),
  );
  const withoutEmail = found.filter((row) => comparable('email', row.email) === null);
  const hasEmail = comparable('email', item.email) !== null;
  if (found.length > 1 && hasEmail) return [];
  return found.length > 1 || hasEmail ? withoutEmail : found;
}

import type { JsonObject, JsonValue } from './types';

/** An amount in whole units of its currency, exact: a canonical decimal, without exponent, plus or zeros at its end. */
export type Money = { amount: string; currency: string | null };

/** Twenty counts money in millionths. */
const MICRO_PLACES = 6;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
const CURRENCY = /^[A-Z]{3}$/;

/**
 * A decimal number, with its point moved to the right (to the left by less than 0), in canonical form.
 * @returns `null` for a text that is no decimal number
 */
function shifted(text: string, places: number): string | null {
  const [, sign, whole = '', fraction = '', exponent = '0'] = DECIMAL.exec(text) ?? [];
  const digits = whole + fraction;
  if (digits === '') return null;
  const point = whole.length + Number(exponent) + places;
  const padded = digits.padStart(digits.length - Math.min(0, point), '0').padEnd(point, '0');
  const before = padded.slice(0, Math.max(0, point)).replace(/^0+/, '') || '0';
  const after = padded.slice(Math.max(0, point)).replace(/(?<!0)0+$/, '');
  const value = after === '' ? before : `${before}.${after}`;
  return sign === '-' && value !== '0' ? `-${value}` : value;
}

/** The canonical form of a decimal number, given as text or number; `null` for what is none. */
export function decimal(value: JsonValue): string | null {
  return typeof value === 'string' || typeof value === 'number' ? shifted(String(value), 0) : null;
}

/** An ISO 4217 code in capitals; `null` for a text that cannot be one. */
export function currencyCode(text: string): string | null {
  const code = text.trim().toUpperCase();
  return CURRENCY.test(code) ? code : null;
}

/** The money of a composite as Twenty shows it; without an amount it is blank, whatever its currency. */
export function moneyFromTwenty({ amountMicros, currencyCode: code }: JsonObject): Money | null {
  const micros = decimal(amountMicros);
  const amount = micros === null ? null : shifted(micros, -MICRO_PLACES);
  return amount === null ? null : { amount, currency: typeof code === 'string' ? currencyCode(code) : null };
}

/**
 * The composite that Twenty takes for money, or why it would not be the same money there: Twenty counts in whole millionths
 * and cuts off the rest, and takes them as a JSON number, which has some 16 digits.
 */
export function moneyForTwenty({ amount, currency }: Money): { value: JsonObject } | { problem: string } {
  const micros = shifted(amount, MICRO_PLACES) ?? '';
  if (micros.includes('.')) {
    return { problem: 'has more than six decimals, and Twenty would cut them off. Round it.' };
  }
  const amountMicros = Number(micros);
  if (decimal(amountMicros) !== micros) {
    return { problem: 'has more digits than Twenty keeps: it counts in millionths, and rounds beyond some 16 digits.' };
  }
  return { value: { amountMicros, currencyCode: currency } };
}

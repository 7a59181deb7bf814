/** Digits with what people put between them, an extension behind; nothing else becomes a link. */
const NUMBER = /^\+?[\d\s().\/-]+(?=$|\s*(?:x|ext\.?|#)\s*\d+$)/i;
/** No number is written longer; the pattern would take long for what is. */
const LONGEST = 80;
const FEWEST_DIGITS = 5;
/** E.164 has no more. */
const MOST_DIGITS = 15;

/** The address that a phone calls (RFC 3966), e.g. `tel:+4930123456`; null for a text that is no number. */
export function phoneLink(phone: string): string | null {
  const text = phone.trim();
  const number = text.length > LONGEST ? undefined : NUMBER.exec(text)?.[0];
  if (number === undefined) return null;
  const digits = number.replace('(0)', '').replace(/\D/g, '');
  if (digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) return null;
  if (number.startsWith('+')) return `tel:+${digits}`;
  return digits.startsWith('00') ? `tel:+${digits.slice(2)}` : `tel:${digits}`;
}

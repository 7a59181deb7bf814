import { isObject, type JsonObject, unstorable } from '../../../lead';

/** Supabase's API is slow above 1 MB a request and its gateways refuse more; one lead alone must stay below. */
export const MAX_REQUEST_BYTES = 1_000_000;

function flawedText(value: unknown, path: string): string | null {
  if (typeof value === 'string') {
    const flaw = unstorable(value);
    return flaw === null ? null : `${path} ${flaw}`;
  }
  if (typeof value !== 'object' || value === null) return null;
  for (const [key, part] of Object.entries(value)) {
    const flaw = flawedText(key, 'A field name') ?? flawedText(part, path === '' ? key : `${path}.${key}`);
    if (flaw !== null) return flaw;
  }
  return null;
}

/** Bytes of a value's JSON in UTF-8. */
export function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).length;
}

/**
 * Why a lead cannot be sent: one such lead would make the database refuse the whole batch.
 * @returns `null` for a lead that can
 */
export function leadFlaw(lead: unknown): string | null {
  if (!isObject(lead)) {
    return `A lead must be an object with fields such as email, got ${JSON.stringify(lead) ?? String(lead)}. Correct the step before.`;
  }
  const flaw = flawedText(lead, '');
  if (flaw !== null) return flaw;
  const bytes = bytesOf(lead);
  if (bytes <= MAX_REQUEST_BYTES) return null;
  return `The lead is ${bytes} bytes of JSON; at most ${MAX_REQUEST_BYTES} can be stored. Shorten ${longestField(lead)}.`;
}

function longestField(lead: JsonObject): string {
  const sizes = Object.entries(lead).map(([field, value]) => ({ field, bytes: bytesOf(value) }));
  return sizes.reduce((longest, size) => (size.bytes > longest.bytes ? size : longest)).field;
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import { isSameSecret } from './hmac';

/** The header by which a sender shows that it knows the secret. */
export interface SenderSecret {
  header: string;
  secret: string;
}

/**
 * Whether a request comes from somebody who knows the secret: its header holds the secret itself, or the HMAC-SHA256 of the
 * body's bytes, in hex or Base64, with or without `sha256=` (as Typeform, Tally, Meta and GitHub sign). In constant time.
 * @param headers with names in lower case, as Node gives them
 * @param body the bytes as they came; null where they are not known, and then no signature holds
 */
export function isFromSender(
  headers: Record<string, unknown>,
  body: Buffer | null,
  { header, secret }: SenderSecret,
): boolean {
  const given = headers[header.toLowerCase()];
  if (typeof given !== 'string' || secret === '') return false;
  // Node reads each byte of a header as one character.
  const isSecret = isSameSecret(Buffer.from(given, 'latin1'), secret);
  const signature = signatureIn(given);
  if (body === null || signature === null) return isSecret;
  return timingSafeEqual(createHmac('sha256', secret).update(body).digest(), signature) || isSecret;
}

function signatureIn(text: string): Buffer | null {
  const bare = text.replace(/^sha256=/, '');
  if (/^[0-9a-f]{64}$/i.test(bare)) return Buffer.from(bare, 'hex');
  return /^[\w+/-]{43}=?$/.test(bare) ? Buffer.from(bare, 'base64') : null;
}

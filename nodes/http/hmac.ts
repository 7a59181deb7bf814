import { createHmac, timingSafeEqual } from 'node:crypto';

/** A hex HMAC-SHA256. */
const HEX = /^[0-9a-f]{64}$/;

/**
 * What is wrong with the signature of a delivery, as a clause; null when it is the hex HMAC-SHA256 of the parts in their
 * order. Compared in constant time.
 * @param parts bytes as they came: parsing and writing them again could change them
 */
export function flawOfSignature(signature: string, secret: string, ...parts: Array<string | Buffer>): string | null {
  if (!HEX.test(signature)) return 'the signature is malformed';
  const hmac = createHmac('sha256', secret);
  for (const part of parts) hmac.update(part);
  return timingSafeEqual(hmac.digest(), Buffer.from(signature, 'hex')) ? null : 'the signature is wrong';
}

/** Whether two secrets are the same, in a time that tells nothing of either. */
export function isSameSecret(one: string | Buffer, other: string | Buffer): boolean {
  const [left, right] = [one, other].map((secret) => createHmac('sha256', 'compare').update(secret).digest());
  return timingSafeEqual(left, right);
}

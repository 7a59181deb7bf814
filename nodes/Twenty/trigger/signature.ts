import { flawOfSignature } from '../../http/hmac';

/** What a delivery says of itself in its headers. */
export interface DeliveryHeaders {
  /** `X-Twenty-Webhook-Timestamp`: milliseconds since 1970. */
  timestamp: string | undefined;
  /** `X-Twenty-Webhook-Signature`: hex HMAC-SHA256 over `timestamp:rawBody`. */
  signature: string | undefined;
}

export interface SignatureCheck {
  headers: DeliveryHeaders;
  /** The body's bytes as they came: parsing and writing them again could change them. */
  rawBody: Buffer;
  secret: string;
  /** Milliseconds since 1970. */
  now: number;
  /** Milliseconds by which the timestamp may be behind or ahead of `now`. */
  maxAgeMs: number;
}

/** Why a delivery is refused, in words for the log and the sender; null when it comes from Twenty, and lately. */
export function refusal({ headers, rawBody, secret, now, maxAgeMs }: SignatureCheck): string | null {
  const { timestamp, signature } = headers;
  if (signature === undefined || timestamp === undefined) return 'the delivery is not signed';
  if (!/^\d{1,15}$/.test(timestamp)) return 'the timestamp is not a time';
  const flaw = flawOfSignature(signature, secret, `${timestamp}:`, rawBody);
  if (flaw !== null) return flaw;
  const age = now - Number(timestamp);
  if (age > maxAgeMs) return `the delivery is ${Math.round(age / 1000)} s old`;
  if (age < -maxAgeMs) return `the delivery is dated ${Math.round(-age / 1000)} s ahead`;
  return null;
}

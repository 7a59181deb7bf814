import { createHmac } from 'node:crypto';

/** The signature of a delivery: hex HMAC-SHA256 over `timestamp:rawBody` with the webhook's secret. */
export function signDelivery(secret: string, timestamp: string, rawBody: string): string {
  return createHmac('sha256', secret).update(`${timestamp}:${rawBody}`).digest('hex');
}

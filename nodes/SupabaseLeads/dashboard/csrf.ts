import { createHmac, timingSafeEqual } from 'node:crypto';

/** A page that stays open longer has to be loaded again before its buttons work. */
const VALID_SECONDS = 12 * 3600;

function signature(expires: number, key: string): string {
  return createHmac('sha256', key).update(`lead sync dashboard action until ${expires}`).digest('base64url');
}

/**
 * A token that only a holder of the key can make, and that only somebody who may read the page gets to see: it tells a
 * button of the page from a form on somebody else's site. `expiry.signature`, the expiry in seconds since 1970.
 */
export function makeToken(key: string, now: Date): string {
  const expires = Math.floor(now.getTime() / 1000) + VALID_SECONDS;
  return `${expires}.${signature(expires, key)}`;
}

/** Why a token is refused; null when it is good. */
export function refusalOf(token: unknown, key: string, now: Date): string | null {
  const [, expires, given] = /^(\d{1,12})\.([\w-]{43})$/.exec(typeof token === 'string' ? token : '') ?? [];
  if (expires === undefined) return 'The request has no valid token.';
  const isGenuine = timingSafeEqual(Buffer.from(given), Buffer.from(signature(Number(expires), key)));
  if (!isGenuine) return 'The request has no valid token.';
  return Number(expires) < now.getTime() / 1000 ? 'The page is too old.' : null;
}

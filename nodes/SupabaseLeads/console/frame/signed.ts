import { createHmac, timingSafeEqual } from 'node:crypto';

/** A page that stays open longer has to be loaded again before its buttons work. */
const TOKEN_SECONDS = 12 * 3600;
/** A notice is read where it is given; an address that is kept shows it no more. */
const NOTICE_SECONDS = 600;
const LONGEST_NOTICE = 600;

const signature = (purpose: string, text: string, key: string): string =>
  createHmac('sha256', key).update(`lead sync dashboard ${purpose} ${text}`).digest('base64url');

const isSignature = (given: string, expected: string): boolean =>
  given.length === expected.length && timingSafeEqual(Buffer.from(given), Buffer.from(expected));

const secondsAt = (now: Date, more: number): number => Math.floor(now.getTime() / 1000) + more;
const isOver = (expires: string, now: Date): boolean => Number(expires) < now.getTime() / 1000;

/**
 * A token that only a holder of the key can make, and that only somebody who may read the page gets to see: it tells a
 * button of the page from a form on somebody else's site. `expiry.signature`, the expiry in seconds since 1970.
 */
export function makeToken(key: string, now: Date): string {
  const expires = secondsAt(now, TOKEN_SECONDS);
  return `${expires}.${signature('action until', String(expires), key)}`;
}

/** Why a token is refused; null when it is good. */
export function refusalOf(token: unknown, key: string, now: Date): string | null {
  const [, expires, given] = /^(\d{1,12})\.([\w-]{43})$/.exec(typeof token === 'string' ? token : '') ?? [];
  if (expires === undefined || !isSignature(given, signature('action until', expires, key))) {
    return 'The request has no valid token.';
  }
  return isOver(expires, now) ? 'The page is too old.' : null;
}

/** What the page says of the last button. */
export interface Notice {
  ok: boolean;
  text: string;
}

/** A notice for the address that a browser goes back to: signed, so that no address of somebody else's makes the page speak. */
export function packNotice({ ok, text }: Notice, key: string, now: Date): string {
  const told = text.length > LONGEST_NOTICE ? `${text.slice(0, LONGEST_NOTICE - 1)}…` : text;
  const expires = secondsAt(now, NOTICE_SECONDS);
  const body = Buffer.from(JSON.stringify([ok, told])).toString('base64url');
  return `${expires}.${body}.${signature('notice until', `${expires} ${body}`, key)}`;
}

/** The notice of an address; null where it has none, one that was not made here or an old one. */
export function unpackNotice(packed: unknown, key: string, now: Date): Notice | null {
  const [, expires, body, given] =
    /^(\d{1,12})\.([\w-]{1,4000})\.([\w-]{43})$/.exec(typeof packed === 'string' ? packed : '') ?? [];
  if (expires === undefined || !isSignature(given, signature('notice until', `${expires} ${body}`, key))) return null;
  if (isOver(expires, now)) return null;
  const [ok, text] = JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as [boolean, string];
  return { ok, text };
}

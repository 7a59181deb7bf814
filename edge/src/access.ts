import type { SubtleCrypto } from '@cloudflare/workers-types';
import type { Env } from './env';
import { HttpError } from './http';

/**
 * Lets a call pass that carries one of the tokens of its right.
 * @throws HttpError 401; how much of a token was right cannot be told from the time it takes
 */
export async function assertAllowed(request: Request, env: Env, right: 'edge' | 'admin'): Promise<void> {
  const given = /^Bearer (.+)$/.exec(request.headers.get('authorization') ?? '')?.[1] ?? '';
  const tokens = right === 'admin' ? [env.ADMIN_TOKEN] : [env.EDGE_TOKEN, env.ADMIN_TOKEN];
  let isKnown = false;
  for (const token of tokens) {
    const isThisOne = await isSame(given, token ?? '');
    isKnown = (isThisOne && Boolean(token)) || isKnown;
  }
  if (!isKnown) throw new HttpError(401, 'unauthorized', 'The bearer token is missing or is not the right one.');
}

/** Compares digests, which have one length, in constant time. */
async function isSame(given: string, expected: string): Promise<boolean> {
  const digest = (text: string): Promise<ArrayBuffer> =>
    crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  const subtle = crypto.subtle as unknown as SubtleCrypto;
  return subtle.timingSafeEqual(await digest(given), await digest(expected));
}

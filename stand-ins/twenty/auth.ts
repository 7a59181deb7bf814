import { createHmac, randomBytes, randomUUID } from 'node:crypto';
import type { JsonObject } from './json';

/** What an API key may do; a key without any of these may do everything. */
export interface KeyOptions {
  /** Name that the server notes as author; `contract-key` style, defaults to `double`. */
  name?: string;
  expiresAt?: Date;
  revoked?: boolean;
  /** A role without the right to write. */
  readOnly?: boolean;
}

export interface ApiKey extends KeyOptions {
  name: string;
}

export type Refusal = 'missing' | 'invalid' | 'expired' | 'revoked';

/** The API keys of a workspace. */
export class KeyRing {
  private readonly keys = new Map<string, ApiKey>();
  private readonly signingSecret = randomBytes(32);

  constructor(private readonly clock: () => number) {}

  /** Lets a token of one's own choice in. */
  add(token: string, options: KeyOptions = {}): void {
    this.keys.set(token, { name: 'double', ...options });
  }

  /** Makes a new key, in the form of the server's: a signed JSON web token. */
  issue(options: KeyOptions = {}): string {
    const expiresAt = options.expiresAt?.getTime() ?? this.clock() + 365 * 24 * 3_600_000;
    const claims = { sub: randomUUID(), type: 'API_KEY', jti: randomUUID(), exp: Math.floor(expiresAt / 1000) };
    const encode = (part: object): string => Buffer.from(JSON.stringify(part)).toString('base64url');
    const unsigned = `${encode({ alg: 'HS256', typ: 'JWT' })}.${encode(claims)}`;
    const token = `${unsigned}.${createHmac('sha256', this.signingSecret).update(unsigned).digest('base64url')}`;
    this.add(token, options);
    return token;
  }

  /** Makes a key useless from now on. */
  revoke(token: string): void {
    const key = this.keys.get(token);
    if (key !== undefined) key.revoked = true;
  }

  check(authorization: string | undefined): ApiKey | Refusal {
    const token = authorization?.replace(/^Bearer\s+/i, '').trim() ?? '';
    if (token === '') return 'missing';
    const key = this.keys.get(token);
    if (key === undefined) return 'invalid';
    if (key.expiresAt !== undefined && key.expiresAt.getTime() <= this.clock()) return 'expired';
    return key.revoked === true ? 'revoked' : key;
  }
}

const UNAUTHENTICATED = { id: 'z+7x/s', message: 'You must be authenticated to perform this action.' };
const FORBIDDEN = { id: 'q5OVn+', message: 'You do not have permission to perform this action.' };

const REFUSALS: Record<Refusal, { status: number; message: string; error: string; code: string }> = {
  missing: { status: 403, message: 'Missing authentication token', error: 'FORBIDDEN_EXCEPTION', code: 'FORBIDDEN' },
  invalid: { status: 401, message: 'Token invalid.', error: 'UNAUTHENTICATED', code: 'UNAUTHENTICATED' },
  expired: { status: 401, message: 'Token has expired.', error: 'UNAUTHENTICATED', code: 'UNAUTHENTICATED' },
  revoked: { status: 403, message: 'This API Key is revoked', error: 'FORBIDDEN_EXCEPTION', code: 'FORBIDDEN' },
};

export function restRefusal(refusal: Refusal): { status: number; body: JsonObject } {
  const { status, message, error } = REFUSALS[refusal];
  return { status, body: { statusCode: status, messages: [message], error } };
}

/** GraphQL answers 200 to a bad key. */
export function graphqlRefusal(refusal: Refusal): JsonObject {
  const { message, error, code } = REFUSALS[refusal];
  const userFriendlyMessage = code === 'UNAUTHENTICATED' ? UNAUTHENTICATED : FORBIDDEN;
  return { errors: [{ message, extensions: { userFriendlyMessage, subCode: error, code } }] };
}

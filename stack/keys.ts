import { randomBytes } from 'node:crypto';
import type { ApiKeys } from './gateway';

const TEN_YEARS_SECONDS = 10 * 365 * 86_400;

export interface ProjectSecrets extends ApiKeys {
  /** What PostgREST checks tokens with (HS256). */
  jwtSecret: string;
}

/** A token of the project that names its role, valid for ten years. */
export async function signToken(role: string, jwtSecret: string): Promise<string> {
  const { SignJWT } = await import('jose');
  return await new SignJWT({ role, iss: 'supabase', ref: 'local' })
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setIssuedAt()
    .setExpirationTime(Math.floor(Date.now() / 1000) + TEN_YEARS_SECONDS)
    .sign(new TextEncoder().encode(jwtSecret));
}

/** New random keys of a Supabase project, in both the short form and the older signed form. */
export async function makeProjectSecrets(): Promise<ProjectSecrets> {
  const jwtSecret = randomBytes(32).toString('base64url');
  return {
    jwtSecret,
    secretKey: `sb_secret_${randomBytes(24).toString('base64url')}`,
    publishableKey: `sb_publishable_${randomBytes(24).toString('base64url')}`,
    serviceJwt: await signToken('service_role', jwtSecret),
    anonJwt: await signToken('anon', jwtSecret),
  };
}

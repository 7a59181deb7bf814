/** What a key is, as far as its text says; `other` are keys that tell nothing, e.g. a gateway's own. */
export type KeyKind =
  'secret' | 'service_role' | 'lead_sync_api' | 'publishable' | 'anon' | 'authenticated' | 'twenty' | 'other';

const USABLE: readonly KeyKind[] = ['secret', 'service_role', 'lead_sync_api', 'other'];

/** The claims of a token, unchecked. */
function claimsOf(token: string): Record<string, unknown> {
  try {
    const claims: unknown = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
    return typeof claims === 'object' && claims !== null ? (claims as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function keyKind(key: string): KeyKind {
  if (key.startsWith('sb_secret_')) return 'secret';
  if (key.startsWith('sb_publishable_')) return 'publishable';
  const { role, type } = claimsOf(key);
  if (type === 'API_KEY') return 'twenty';
  const known = (['service_role', 'lead_sync_api', 'anon', 'authenticated'] as const).find((name) => name === role);
  return known ?? 'other';
}

/** Why the sync cannot work with a key of this kind, or undefined. */
export function keyFault(kind: KeyKind): string | undefined {
  if (USABLE.includes(kind)) return undefined;
  if (kind === 'twenty') return 'This is an API key of Twenty, not one of Supabase.';
  return `This is the project's ${kind} key, which may not read leads.`;
}

/** When a token ends, or null where it does not say. */
export function keyEnd(key: string): Date | null {
  const { exp } = claimsOf(key);
  return typeof exp === 'number' ? new Date(exp * 1000) : null;
}

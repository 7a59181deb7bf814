import { keyEnd, keyFault, keyKind } from '../../SupabaseLeads/transport/key-kind';
import { bad, ok, warn, type Seen } from './finding';

const SOON_DAYS = 30;
const KEYS_PAGE = 'Copy the secret key (sb_secret_…) or the service_role key from Settings › API Keys';
const GIVE_IT = 'and give it to the command setup.';

/** Looks at a key of Supabase by its text alone. */
export function supabaseKeySeen(text: string): Seen {
  const kind = keyKind(text);
  const fault = keyFault(kind);
  if (fault !== undefined) return bad(fault, `${KEYS_PAGE} ${GIVE_IT}`);
  const end = keyEnd(text);
  const days = end === null ? Infinity : (end.getTime() - Date.now()) / 86_400_000;
  if (days < SOON_DAYS) {
    return warn(`it ends on ${end?.toISOString().slice(0, 10)}`, `Make a new one in time ${GIVE_IT}`);
  }
  if (kind === 'service_role') {
    return warn(
      'the older service_role key, which Supabase gives up at the end of 2026',
      `Make a secret key (sb_secret_…) under Settings › API Keys ${GIVE_IT}`,
    );
  }
  return ok(kind === 'other' ? 'its kind cannot be told from its text' : kind);
}

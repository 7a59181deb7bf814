import { createHmac } from 'node:crypto';
import omit from 'lodash/omit';
import type { N8nApi, StoredCredential, StoredWorkflow } from './api';

export interface WantedCredential {
  name: string;
  type: string;
  data: Record<string, unknown>;
  /** Whether one that is there is brought to these values; logins that people may have changed are left alone. */
  isOurs: boolean;
}

export const TWENTY_CREDENTIAL = 'leadSyncTwentyApi';
export const SUPABASE_CREDENTIAL = 'leadSyncSupabaseApi';
/** What a user may have set by hand in a credential of ours stays. */
const USER_CHOICES = ['callsPerMinute'];
export const FORM_CREDENTIAL = 'leadSyncFormApi';
export const FORM_HEADER = 'X-Lead-Sync-Secret';
export const PAGE_USER = 'lead-sync';

/** The names that ours have; a bot of the user's own, `Telegram account`, is not touched. */
const NAMES: Readonly<Record<string, string>> = {
  [TWENTY_CREDENTIAL]: 'Twenty account (lead sync)',
  [SUPABASE_CREDENTIAL]: 'Supabase account (lead sync)',
  [FORM_CREDENTIAL]: 'Web forms (lead sync)',
  httpBasicAuth: 'Lead sync dashboard login',
  httpBearerAuth: 'Lead sync MCP token',
  telegramApi: 'Telegram (lead sync)',
};

/**
 * A secret of the installation that nobody has to keep: it follows from the Supabase key (HMAC-SHA-256), which cannot be
 * found from it.
 */
export function derivedSecret(supabaseKey: string, purpose: 'dashboard' | 'mcp'): string {
  return createHmac('sha256', supabaseKey).update(`n8n-nodes-lead-sync ${purpose}`).digest('base64url').slice(0, 32);
}

export interface CredentialValues {
  twenty: { url: string; apiKey: string };
  supabase: { url: string; key: string; publishableKey?: string };
  /** Of the dashboard's login, see page.ts. */
  pagePassword: string;
  telegramToken?: string;
  mcp: boolean;
  /** What senders of web forms are to know, where forms are taken. */
  formSecret?: string;
}

/** The credentials that the chosen workflows need. */
export function wantedCredentials(values: CredentialValues): WantedCredential[] {
  const { twenty, supabase, pagePassword, telegramToken, mcp, formSecret } = values;
  const wanted = (type: string, data: Record<string, unknown>, isOurs: boolean): WantedCredential => ({
    name: NAMES[type],
    type,
    data,
    isOurs,
  });
  return [
    wanted(TWENTY_CREDENTIAL, { url: twenty.url, apiKey: twenty.apiKey, callsPerMinute: 0 }, true),
    wanted(
      SUPABASE_CREDENTIAL,
      { host: supabase.url, serviceKey: supabase.key, publishableKey: supabase.publishableKey ?? '' },
      true,
    ),
    wanted('httpBasicAuth', { user: PAGE_USER, password: pagePassword }, false),
    ...(mcp ? [wanted('httpBearerAuth', { token: derivedSecret(supabase.key, 'mcp') }, false)] : []),
    ...(telegramToken === undefined ? [] : [wanted('telegramApi', { accessToken: telegramToken }, true)]),
    // the last: nothing may fail between the making of its secret and the telling
    ...(formSecret === undefined ? [] : [wanted(FORM_CREDENTIAL, { header: FORM_HEADER, secret: formSecret }, false)]),
  ];
}

/** The credential of that name that is there: listed, or, where the key may not list them, used in a workflow. */
export function findCredential(
  { name, type }: Pick<WantedCredential, 'name' | 'type'>,
  listed: readonly StoredCredential[] | undefined,
  workflows: readonly StoredWorkflow[],
): StoredCredential | undefined {
  const found = listed?.find((credential) => credential.name === name && credential.type === type);
  if (found !== undefined || listed !== undefined) return found;
  const used = workflows
    .flatMap(({ nodes }) => nodes)
    .map(({ credentials }) => credentials?.[type])
    .find((credential) => credential?.name === name && credential.id);
  return used?.id ? { id: used.id, name, type } : undefined;
}

/** The credentials of ours that are in n8n. */
export function ownCredentials(
  listed: readonly StoredCredential[] | undefined,
  workflows: readonly StoredWorkflow[],
): StoredCredential[] {
  return Object.entries(NAMES).flatMap(([type, name]) => findCredential({ name, type }, listed, workflows) ?? []);
}

export interface StoredCredentials {
  byType: Map<string, { id: string; name: string }>;
  created: string[];
  /** What was made where forms are taken; it is not read from n8n again. */
  formSecret?: string;
  /** Names of those that this n8n cannot change through its API. */
  unchangeable: string[];
}

/** Makes the credentials that are missing, and gives those of ours their values. */
export async function storeCredentials(
  api: N8nApi,
  wanted: readonly WantedCredential[],
  workflows: readonly StoredWorkflow[],
): Promise<StoredCredentials> {
  const listed = await api.credentials();
  const result: StoredCredentials = { byType: new Map(), created: [], unchangeable: [] };
  for (const credential of wanted) {
    const { name, type, data, isOurs } = credential;
    const found = findCredential(credential, listed, workflows);
    const { id } = found ?? (await api.createCredential(name, type, data));
    result.byType.set(type, { id, name });
    if (found === undefined) {
      result.created.push(name);
      if (type === FORM_CREDENTIAL) result.formSecret = String(data.secret);
    } else if (isOurs && (await api.updateCredential(id, omit(data, USER_CHOICES))) === undefined) {
      result.unchangeable.push(name);
    }
  }
  return result;
}

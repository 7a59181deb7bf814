import axios, { isAxiosError } from 'axios';

export interface TwentyService {
  url: string;
  apiKey: string;
}

export interface SupabaseService {
  url: string;
  serviceKey: string;
}

interface Refusal {
  code?: string;
  message?: string;
  hint?: string;
}

/** Names of the outside that people give in the environment, both or neither. */
function pair(urlName: string, keyName: string): { url: string; key: string } | undefined {
  const url = process.env[urlName];
  const key = process.env[keyName];
  if (!url && !key) return undefined;
  if (!url || !key) throw new Error(`Set both ${urlName} and ${keyName}, or neither for the local one.`);
  if (!URL.canParse(url)) throw new Error(`${urlName} is not an address: ${url}. It looks like https://example.com.`);
  return { url: url.replace(/\/+$/, ''), key };
}

/** The real Twenty of `TWENTY_URL` and `TWENTY_API_KEY`, if they are set. */
export function twentyFromEnvironment(): TwentyService | undefined {
  const found = pair('TWENTY_URL', 'TWENTY_API_KEY');
  return found && { url: found.url, apiKey: found.key };
}

/** The real Supabase of `SUPABASE_URL` and `SUPABASE_SERVICE_KEY`, if they are set. */
export function supabaseFromEnvironment(): SupabaseService | undefined {
  const found = pair('SUPABASE_URL', 'SUPABASE_SERVICE_KEY');
  return found && { url: found.url, serviceKey: found.key };
}

function unreachable(what: string, url: string, error: unknown): Error {
  const reason = isAxiosError(error) ? (error.code ?? error.message) : String(error);
  return new Error(`${what} at ${url} cannot be reached (${reason}). Check the address and the network.`);
}

/** Fails with what to do when Twenty is not there or refuses the key. Reads one person, costs one call. */
export async function checkTwenty({ url, apiKey }: TwentyService): Promise<void> {
  const response = await axios
    .get(`${url}/rest/people`, {
      params: { limit: 1 },
      headers: { authorization: `Bearer ${apiKey}` },
      timeout: 15_000,
      validateStatus: () => true,
    })
    .catch((error: unknown) => {
      throw unreachable('Twenty', url, error);
    });
  if (response.status === 401 || response.status === 403) {
    throw new Error(`Twenty at ${url} refuses TWENTY_API_KEY. Make a new one under Settings › APIs & Webhooks.`);
  }
  if (response.status !== 200) {
    throw new Error(`Twenty at ${url} answered ${response.status}. TWENTY_URL is its address without /rest.`);
  }
}

/** Fails with what to do when Supabase is not there, refuses the key or lacks the schema. */
export async function checkSupabase({ url, serviceKey }: SupabaseService): Promise<void> {
  const response = await axios
    .get<Refusal>(`${url}/rest/v1/lead_sync_runs`, {
      params: { select: 'id', limit: 1 },
      headers: {
        apikey: serviceKey,
        ...(serviceKey.startsWith('sb_') ? {} : { authorization: `Bearer ${serviceKey}` }),
      },
      timeout: 15_000,
      validateStatus: () => true,
    })
    .catch((error: unknown) => {
      throw unreachable('Supabase', url, error);
    });
  const { code, message } = response.data;
  if (response.status === 200) return;
  if (code === 'PGRST205' || code === '42P01') {
    throw new Error(
      `Supabase at ${url} has no lead sync tables. Apply them: npm run migrate -- --database-url postgres://… (the address under Connect in Supabase).`,
    );
  }
  if (response.status === 401 || response.status === 403) {
    throw new Error(
      `Supabase at ${url} refuses SUPABASE_SERVICE_KEY (${message ?? response.status}). It is the secret key (sb_secret_…) or the service_role key under Settings › API Keys.`,
    );
  }
  throw new Error(
    `Supabase at ${url} answered ${response.status}: ${message ?? 'not as Supabase does'}. Check SUPABASE_URL.`,
  );
}

import { createClient } from '@supabase/supabase-js';
import type { TwentyClient } from '../../../nodes/Twenty/transport/client';
import type { StorePort } from '../../../nodes/runs/control';
import type { Shutdown } from '../../../stack/shutdown';
import type { Supabase } from '../../../stack/supabase';
import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';
import { clientOver } from '../twenty-double';

/** A Twenty without a limit, in this process. */
export async function startTwenty(shutdown: Shutdown): Promise<TwentyDouble> {
  const twenty = await startTwentyDouble({ rateLimit: false });
  shutdown.add('Twenty', () => twenty.close());
  return twenty;
}

/** The node's own client of it. */
export function clientOf(twenty: TwentyDouble): TwentyClient {
  const clock = { now: () => performance.now(), sleep: async () => await Promise.resolve() };
  return clientOver(
    twenty.url,
    async ({ method, url, body }) => {
      const headers = { authorization: `Bearer ${twenty.apiKey}`, 'content-type': 'application/json' };
      const response = await fetch(url, { method, body, headers });
      return { status: response.status, headers: Object.fromEntries(response.headers), text: await response.text() };
    },
    clock,
    1_000_000,
  );
}

/** The database's functions as a node calls them, over PostgREST. */
export function storeOf({ url, serviceKey }: Supabase): StorePort {
  const supabase = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  return {
    rpc: async <T>(name: string, args: Record<string, unknown>) => {
      const { data, error } = await supabase.rpc(name, args);
      if (error) throw new Error(`${name}: ${error.message}`);
      return data as T;
    },
  };
}

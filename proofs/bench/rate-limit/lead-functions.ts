import { createClient } from '@supabase/supabase-js';
import type { SupabaseService } from '../../../stack/services';

export type CallFunction = <T>(name: string, args: object) => Promise<T>;

/** Calls of the database functions as the Supabase Leads node makes them. Rejects with the database's message. */
export function leadFunctions({ url, serviceKey }: SupabaseService): CallFunction {
  const client = createClient(url, serviceKey, { auth: { persistSession: false } });
  return async <T>(name: string, args: object): Promise<T> => {
    const { data, error } = await client.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as T;
  };
}

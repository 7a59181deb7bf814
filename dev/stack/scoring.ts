import { createClient } from '@supabase/supabase-js';
import type { SupabaseService } from './services';

/** Puts the starter rules in force and scores the leads that are there; the others are scored as they come. */
export async function publishScoring({ url, serviceKey }: SupabaseService): Promise<void> {
  const supabase = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const call = async (name: string, args: object): Promise<{ has_next?: boolean }> => {
    const { data, error } = await supabase.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as { has_next?: boolean };
  };
  await call('publish_scoring_rules', { p_note: 'Starter set' });
  while ((await call('calculate_lead_scores', { p_scope: 'stale' })).has_next);
}

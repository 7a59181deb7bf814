import { performance } from 'node:perf_hooks';
import { createClient } from '@supabase/supabase-js';
import { MODELS, type Model } from '../../../nodes/SupabaseLeads/console/models';
import type { Supabase } from '../../../stack/supabase';

/** What a report may take. */
export const MOST_REPORT_MS = 1_000;

/** Milliseconds that a report takes by each model, over the API as a node asks for it: by source, over all deals. */
export type AttributionMs = Record<Model, number>;

/** @throws when a report does not count every deal */
export async function measureAttribution(
  { url, serviceKey }: Supabase,
  { deals, repeats }: { deals: number; repeats: number },
): Promise<AttributionMs> {
  const client = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const measured = {} as AttributionMs;
  for (const model of Object.keys(MODELS) as Model[]) {
    const times: number[] = [];
    for (let n = 0; n < repeats; n += 1) {
      const startedAt = performance.now();
      const { data, error } = await client.rpc('attribute_revenue', { p_model: model });
      if (error) throw new Error(`attribute_revenue by ${model}: ${error.message}`);
      times.push(performance.now() - startedAt);
      const { deals: counted } = data as { deals: number };
      if (counted !== deals) throw new Error(`attribute_revenue by ${model} counted ${counted} of ${deals} deals.`);
    }
    measured[model] = Math.round(times.sort((a, b) => a - b)[Math.floor(times.length / 2)]);
  }
  return measured;
}

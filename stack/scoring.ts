import { createClient } from '@supabase/supabase-js';
import type { SupabaseService } from './services';

interface SampleSegment {
  segment_name: string;
  description: string;
  priority: number;
  criteria: Array<{ attribute: string; operator: string; value: unknown }>;
}

/** Leads whose company size is unknown stay undecided: they are what a language model is asked about. */
const SEGMENTS: SampleSegment[] = [
  {
    segment_name: 'Enterprise',
    description: 'Large companies with more than 1,000 employees, or people who decide for such companies',
    priority: 10,
    criteria: [{ attribute: 'company_employees', operator: 'greater', value: 1000 }],
  },
  {
    segment_name: 'Mid-market',
    description: 'Companies with 51 to 1,000 employees',
    priority: 20,
    criteria: [{ attribute: 'company_employees', operator: 'between', value: [51, 1000] }],
  },
  {
    segment_name: 'Small business',
    description: 'Companies with up to 50 employees, founders and single people',
    priority: 30,
    criteria: [{ attribute: 'company_employees', operator: 'between', value: [1, 50] }],
  },
];

/**
 * Puts the starter rules in force and scores the leads that are there; the others are scored as they come. With `samples`
 * there are segments, too, and leads from 90 points on get a follow-up task.
 */
export async function publishScoring(
  { url, serviceKey }: SupabaseService,
  { samples }: { samples: boolean },
): Promise<void> {
  const supabase = createClient(url, serviceKey, { auth: { persistSession: false, autoRefreshToken: false } });
  const call = async (name: string, args: object): Promise<{ has_next?: boolean }> => {
    const { data, error } = await supabase.rpc(name, args);
    if (error) throw new Error(`${name}: ${error.message}`);
    return data as { has_next?: boolean };
  };
  if (samples) {
    const answers = [
      await supabase.from('customer_segments').upsert(SEGMENTS, { onConflict: 'segment_name' }),
      await supabase.from('follow_up_rules').update({ enabled: true, lowest_score: 90 }).eq('rule_key', 'hot_lead'),
    ];
    for (const { error } of answers) if (error) throw new Error(`The sample segments: ${error.message}`);
  }
  await call('publish_scoring_rules', { p_note: 'Starter set' });
  while ((await call('calculate_lead_scores', { p_scope: 'stale', p_limit: 1000 })).has_next);
}

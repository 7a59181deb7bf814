import { clock, ok, type Findings } from '../../nodes/LeadSync/checks/finding';
import { supabaseKeySeen } from '../../nodes/LeadSync/checks/supabase-key';
import type { SupabaseApi } from '../supabase/api';
import type { Metrics } from '../supabase/runs';

/** Looks at the key and at the API over it; gives the figures of the sync, where it has answered. */
export async function lookAtSupabase(
  supabase: SupabaseApi,
  keyText: string,
  findings: Findings,
): Promise<Metrics | undefined> {
  const look = findings.of('Supabase');
  let metrics: Metrics | undefined;
  await look('Key', () => supabaseKeySeen(keyText));
  await look('Schema cache', async () => {
    metrics = await supabase.rpc<Metrics>('get_sync_metrics');
    return ok('the API shows the functions');
  });
  await look('Clock', () => clock(supabase.clockAhead));
  return metrics;
}

/** What a schedule is played under. */
export interface Conditions {
  /** Seconds by which Twenty's clock is ahead of ours. */
  skew: number;
  /** Whether pushes write only what is as it was read. */
  strict: boolean;
  /** A policy for all runs; null for each field's own. */
  policy: 'last_write_wins' | 'twenty_wins' | 'supabase_wins' | 'fill_blank' | null;
  /** Which way deletions and restores travel. */
  deletion: 'both' | 'to_supabase' | 'to_twenty' | 'none';
}

/** As the settings are when nobody has touched them. */
export const PLAIN: Conditions = { skew: 0, policy: null, strict: false, deletion: 'both' };

/** Whether deletions and restores travel to a side. */
export function deletionFlows({ deletion }: Conditions, to: 'to_supabase' | 'to_twenty'): boolean {
  return deletion === 'both' || deletion === to;
}

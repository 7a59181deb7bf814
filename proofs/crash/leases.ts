import { Client } from 'pg';
import { setTimeout as delay } from 'node:timers/promises';
import type { SupabaseSide } from './supabase-side';

/** Longer than the 60 s that a call to Twenty may take: a push starts no write with less than that left. */
const LEASE = '90 seconds';

/** Short waits between tries: the test has no hours. */
export async function useShortWaits(supabase: SupabaseSide): Promise<void> {
  await supabase.query(
    "update lead_sync.settings set lease = $1::interval, backoff_first = '1 second', backoff_longest = '4 seconds'",
    [LEASE],
  );
}

/** Ends all leases as time would. Only while no worker is at work: one at work counts on its lease. */
export async function endLeases(supabase: SupabaseSide): Promise<void> {
  await supabase.query(
    "update public.lead_sync_runs set lease_until = now() - interval '1 second' where status = 'running'",
  );
  await supabase.query('update lead_sync.lead_states set due_at = now() where due_at is not null');
  await supabase.query(
    "update lead_sync.lead_states set intent = jsonb_set(intent, '{until}', to_jsonb(now())) where intent is not null",
  );
}

async function unfinishedExecutions(n8nDatabaseUrl: string): Promise<number> {
  const client = new Client({ connectionString: n8nDatabaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: number }>(
      `select count(*)::integer as count from execution_entity
       where status in ('new', 'running', 'waiting') and mode <> 'integrated' and "deletedAt" is null`,
    );
    return rows[0].count;
  } finally {
    await client.end();
  }
}

/** Waits until n8n executes nothing more; whether that came true within the time. */
export async function comesToRest(n8nDatabaseUrl: string, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while ((await unfinishedExecutions(n8nDatabaseUrl)) > 0) {
    if (Date.now() > deadline) return false;
    await delay(200);
  }
  return true;
}

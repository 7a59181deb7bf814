import { createClient } from '@supabase/supabase-js';
import type { N8n } from './n8n';
import type { SupabaseService } from './services';
import { runBundled } from './workflows';

/** Where to run, and where to read what was done. */
export interface SyncTarget {
  n8n: Pick<N8n, 'client'>;
  supabase: SupabaseService;
}

export type Direction = 'twenty_to_supabase' | 'supabase_to_twenty';

/**
 * What a run did, as `lead_sync_runs` has it. Absent figures are 0. `created` to `conflicts` count what was read from Twenty
 * and merged, in a push, too; `pushed…` count what was written to Twenty.
 */
export interface RunFigures {
  pages?: number;
  read?: number;
  created?: number;
  updated?: number;
  linked?: number;
  unchanged?: number;
  conflicts?: number;
  held?: number;
  rejected?: number;
  pushed?: number;
  pushed_created?: number;
  pushed_updated?: number;
  errors?: number;
  twenty_calls?: number;
}

export interface SyncRun {
  id: string;
  direction: Direction;
  mode: string;
  status: string;
  started_at: string;
  finished_at: string | null;
  figures: RunFigures;
  /** What the run could not do, with what to do about it, e.g. fields that Twenty lacks. */
  warnings: string[];
  error: string | null;
}

const WORKFLOW_FILES: Readonly<Record<Direction, string>> = {
  twenty_to_supabase: 'twenty-to-supabase-lead-sync',
  supabase_to_twenty: 'supabase-to-twenty-lead-sync',
};

async function latestRun(
  { supabase }: SyncTarget,
  direction: Direction,
  notBefore: string | null,
): Promise<SyncRun | null> {
  const client = createClient(supabase.url, supabase.serviceKey, { auth: { persistSession: false } });
  let query = client
    .from('lead_sync_runs')
    .select('id, direction, mode, status, started_at, finished_at, figures, warnings, error')
    .eq('direction', direction)
    .order('started_at', { ascending: false })
    .limit(1);
  if (notBefore) query = query.gt('started_at', notBefore);
  const { data, error } = await query;
  if (error) throw new Error(`The sync runs cannot be read: ${error.message}`);
  return (data[0] as SyncRun | undefined) ?? null;
}

/**
 * Runs the bundled workflow of that direction in n8n and returns the run that it left in `lead_sync_runs`.
 * Rejects with the node and its message when the workflow fails or no run was made.
 */
export async function runSync(stack: SyncTarget, direction: Direction): Promise<SyncRun> {
  const before = await latestRun(stack, direction, null);
  await runBundled(stack.n8n.client, WORKFLOW_FILES[direction]);
  const run = await latestRun(stack, direction, before?.started_at ?? null);
  if (!run)
    throw new Error(`Running workflows/${WORKFLOW_FILES[direction]}.json made no run; another one may be active.`);
  if (run.status !== 'succeeded') throw new Error(`The run ended as ${run.status}: ${run.error ?? 'no reason given'}`);
  return run;
}

import type { SyncMetrics } from '../../nodes/LeadSync/checks/sync';
import type { SupabaseApi } from './api';

export type Direction = 'twenty_to_supabase' | 'supabase_to_twenty' | 'bidirectional';

/** A run, as `lead_sync_runs` has it; absent figures are 0. */
export interface SyncRun {
  id: string;
  direction: Direction;
  mode: string;
  /** Of what records, as Twenty calls them. */
  object: string;
  status: 'running' | 'succeeded' | 'failed' | 'stopped' | 'expired';
  figures: Record<string, number>;
  progress: number | null;
  warnings: string[];
  error: string | null;
  started_at: string;
  finished_at: string | null;
}

const COLUMNS = 'id,direction,mode,object,status,figures,progress,warnings,error,started_at,finished_at';

/** The latest runs, newest first; with `after` only those that began later. */
export async function latestRuns(
  supabase: SupabaseApi,
  { after, limit }: { after?: string; limit: number },
): Promise<SyncRun[]> {
  const later = after === undefined ? '' : `&started_at=gt.${encodeURIComponent(after)}`;
  return await supabase.rows<SyncRun>(`lead_sync_runs?select=${COLUMNS}&order=started_at.desc&limit=${limit}${later}`);
}

/** The runs that are at work; one that died is not, once its lease has ended. */
export async function runsAtWork(supabase: SupabaseApi): Promise<SyncRun[]> {
  const { runs } = await supabase.rpc<{ runs: Array<SyncRun & { is_alive: boolean }> }>('get_sync_runs', {
    p_status: 'running',
  });
  return runs.filter(({ is_alive }) => is_alive);
}

/** What `get_sync_metrics()` answers, as far as the command reads it. */
export interface Metrics extends SyncMetrics {
  at: string;
  leads: Record<'total' | 'synced' | 'pending' | 'syncing' | 'error', number>;
  backlog: { due: number; oldest_minutes: number | null };
  freshness: Record<Direction, { minutes: number | null; last_success: string | null; running_since: string | null }>;
  heartbeat: { silent: boolean };
}

const FIGURES: ReadonlyArray<[figure: string, word: string]> = [
  ['read', 'read'],
  ['created', 'created'],
  ['updated', 'updated'],
  ['linked', 'linked'],
  ['pushed', 'written to Twenty'],
  ['conflicts', 'conflicts'],
  ['held', 'held'],
  ['rejected', 'rejected'],
  ['errors', 'errors'],
];

/** `120 read, 118 created, 2 linked`. */
export function figuresText({ figures }: Pick<SyncRun, 'figures'>): string {
  const told = FIGURES.filter(([figure]) => (figures[figure] ?? 0) > 0);
  return told.length > 0 ? told.map(([figure, word]) => `${figures[figure]} ${word}`).join(', ') : 'nothing to do';
}

export const DIRECTION_NAMES: Readonly<Record<Direction, string>> = {
  twenty_to_supabase: 'From Twenty to Supabase',
  supabase_to_twenty: 'From Supabase to Twenty',
  bidirectional: 'Comparison of both sides',
};

import type { Model } from './models';

/** What `get_dashboard` of the database returns, as far as the page shows it. Texts of leads and errors are untrusted. */
export interface DashboardData {
  /** When it was read, ISO 8601. */
  at: string;
  hours: number;
  metrics: Metrics;
  period: Period;
  /** One entry for every hour, oldest first. */
  series: HourFigures[];
  activity: Activity[];
  errors: ErrorGroup[];
  open_conflicts: OpenConflict[];
  dead_letters: DeadLetter[];
  left_out: LeadLeftOut[];
  segments: Array<{ segment: string | null; leads: number; average_score: number | null }>;
  scores: Array<{ from: number; to: number; leads: number }>;
  unscored: number;
  runs: SyncRun[];
  alerts: Alert[];
  maintenance: Array<{ task: string; last_at: string | null; result: Record<string, unknown> | null }>;
  /** What was found when all parts were looked at last; null until then. */
  last_findings?: LastFindings | null;
  /** Left out by a database that knows no edge yet. */
  edge?: { enabled: false } | EdgeFigures;
  /** Left out by a database that does not measure it yet. */
  speed_to_lead?: { touches: number; sources: SpeedOfSource[] };
  /** What `get_revenue` returns: nothing where there is no opportunity. */
  revenue?: RevenueData | null;
  /** Why revenue could not be read. */
  revenue_problem?: string;
}

/** Deals, as `get_revenue` has them; a source that is null is unknown, a currency that is null is not stated. */
export interface RevenueData {
  model: Model;
  pipeline: Array<{
    stage: string | null;
    label: string | null;
    currency: string | null;
    deals: number;
    amount: number;
  }>;
  won: Array<{ month: string; source: string | null; currency: string | null; deals: number; amount: number }>;
  funnel: Array<{ step: string; leads: number; days: number | null }>;
  attribution: { rows: RevenueRow[] };
  score: {
    sentence: string;
    enough: boolean;
    win_percent: number | null;
    auc: { value: number; low: number; high: number } | null;
    deciles: Decile[];
  };
}

export interface RevenueRow {
  key: string | null;
  currency: string | null;
  won_amount: number;
  open_amount: number;
  won: number;
  win_percent: number | null;
  days_to_won: number | null;
  cost: number | null;
  cost_per_lead: number | null;
  return: number | null;
}

/** A tenth of the scores, 10 the highest. */
export interface Decile {
  decile: number;
  from: number;
  to: number;
  win_percent: number;
  lift: number | null;
}

/** How fast touches of a source became leads, as `get_speed_to_lead` has it; in seconds. */
export interface SpeedOfSource {
  source: string;
  touches: number;
  new_leads: number;
  to_supabase: Lag;
  to_twenty: Lag;
  to_response: Lag;
  /** Leads that no sales rep was found for, and leads without a response. */
  unassigned: number;
  untouched: number;
}

export interface LastFindings {
  at: string;
  /** Who looked. */
  source: string;
  findings: Array<{
    area: string;
    check: string;
    status: 'ok' | 'warning' | 'error';
    detail: string;
    next_step: string;
  }>;
}

/** The edge replica, as `lead_sync.measure_edge` has it. */
export interface EdgeFigures {
  enabled: true;
  down: EdgeDirection | null;
  up: EdgeDirection | null;
  tables: EdgeTable[];
  check: { down: Record<string, unknown> | null; up: Record<string, unknown> | null };
  last_24h: { calls: number; rows_read: number; rows_written: number };
  rejects: { count: number };
}

export interface EdgeDirection {
  last_success: string | null;
  running_since: string | null;
  last_run: { status: string; error: string | null } | null;
}

export interface EdgeTable {
  table: string;
  direction: string;
  pending: number;
  oldest_pending: string | null;
  refused: number;
  rebuild: { phase: string; share: number | null } | null;
}

export type Severity = 'warning' | 'critical';

export interface Metrics {
  health: { status: string; reasons: Array<{ alert: string; severity: Severity; message: string }> };
  freshness: Record<Direction, Freshness>;
  leads: { total: number; pending: number; syncing: number; synced: number; error: number };
  backlog: { pending: number; oldest_minutes: number | null; over_an_hour: number };
  lag_seconds: Lag;
  conflicts: { open: number; last_24h: number };
  dead_letters: number;
  held: number;
  approvals: number;
  left_out: number;
  drift: Drift | null;
  twenty_calls: { last_hour: number; budget: number; percent: number | null };
  webhooks: { received: number; waiting: number; failed: number; lost: number } | null;
  heartbeat: { last: string | null; silent: boolean };
}

export type Direction = 'twenty_to_supabase' | 'supabase_to_twenty' | 'bidirectional';

export interface Freshness {
  last_success: string | null;
  minutes: number | null;
  running_since: string | null;
  last_run: { status: string; error: string | null } | null;
}

export interface Lag {
  p50: number | null;
  p95: number | null;
}

export interface Drift {
  status: string;
  finished_at: string | null;
  total: number;
  missing: number;
  orphaned: number;
  different: number;
  unsynced: number;
  impossible: number;
  duplicates: number;
  compared: number;
  error: string | null;
}

export interface Period {
  attempts: number;
  failures: number;
  success_percent: number | null;
  by_category: Record<string, number>;
  lag_seconds: Lag;
}

export interface HourFigures {
  hour: string;
  to_supabase: number;
  to_twenty: number;
  intake: number;
  failures: number;
  lag_p50: number | null;
  lag_p95: number | null;
}

export interface Activity {
  id: number | string;
  synced_at: string;
  sync_type: string;
  sync_direction: string;
  sync_status: string;
  fields_changed: string[] | null;
  lead_id: string | null;
  lead_name: string | null;
  email: string | null;
  company_name: string | null;
  error_message: string | null;
}

export interface ErrorGroup {
  category: string | null;
  message: string | null;
  count: number;
  leads: number;
  last_at: string;
}

export interface OpenConflict {
  id: number;
  lead_name: string | null;
  field: string;
  winner: string;
  twenty_value: unknown;
  supabase_value: unknown;
  reason: string | null;
  created_at: string;
}

export interface DeadLetter {
  lead_id: string;
  lead_name: string | null;
  email: string | null;
  reason: string | null;
  category: string | null;
  attempts: number;
  since: string | null;
}

export interface LeadLeftOut {
  lead_id: string;
  lead_name: string | null;
  email: string | null;
  /** Why, by field. */
  fields: Record<string, string>;
}

export interface SyncRun {
  id: string;
  direction: string;
  mode: string;
  /** What Twenty calls its rows; null: leads. */
  rows_of?: string | null;
  trigger: string;
  status: string;
  started_at: string;
  finished_at: string | null;
  figures: Record<string, number> | null;
  error: string | null;
  /** How much of a running run is done, 0 to 1, as far as that is known. */
  progress?: number | null;
  /** When it will end if it goes on like that. */
  estimated_end?: string | null;
}

export interface Alert {
  alert: string;
  active: boolean;
  state: string;
  severity: Severity;
  since: string | null;
  message: string | null;
}

import type { DashboardData, Freshness, RevenueData, RevenueRow } from '../../../../nodes/SupabaseLeads/console/data';

export const AT = '2026-11-21T12:00:00Z';

const HOUR_MS = 3_600_000;
const before = (hours: number): string => new Date(Date.parse(AT) - hours * HOUR_MS).toISOString();

const fresh = (minutes: number): Freshness => ({
  last_success: before(minutes / 60),
  minutes,
  running_since: null,
  last_run: { status: 'succeeded', error: null },
});

/** What the database says before anything was ever synced. */
export function emptyDashboard(): DashboardData {
  const never: Freshness = { last_success: null, minutes: null, running_since: null, last_run: null };
  return {
    at: AT,
    hours: 24,
    metrics: {
      health: { status: 'healthy', reasons: [] },
      freshness: { twenty_to_supabase: never, supabase_to_twenty: never, bidirectional: never },
      leads: { total: 0, pending: 0, syncing: 0, synced: 0, error: 0 },
      backlog: { pending: 0, oldest_minutes: null, over_an_hour: 0 },
      lag_seconds: { p50: null, p95: null },
      conflicts: { open: 0, last_24h: 0 },
      approvals: 0,
      dead_letters: 0,
      held: 0,
      left_out: 0,
      drift: null,
      twenty_calls: { last_hour: 0, budget: 6000, percent: 0 },
      webhooks: null,
      heartbeat: { last: null, silent: false },
    },
    period: {
      attempts: 0,
      failures: 0,
      success_percent: null,
      by_category: { auth: 0, rate_limit: 0, validation: 0, conflict: 0, network: 0, server: 0 },
      lag_seconds: { p50: null, p95: null },
    },
    series: Array.from({ length: 24 }, (_, n) => ({
      hour: before(23 - n),
      to_supabase: 0,
      to_twenty: 0,
      intake: 0,
      failures: 0,
      lag_p50: null,
      lag_p95: null,
    })),
    activity: [],
    errors: [],
    open_conflicts: [],
    dead_letters: [],
    left_out: [],
    segments: [],
    scores: [],
    unscored: 0,
    runs: [],
    alerts: [],
    maintenance: [],
  };
}

/** A sync on a working day, with some trouble. */
export function busyDashboard(): DashboardData {
  const empty = emptyDashboard();
  const waves = empty.series.map(({ hour }, n) => ({
    hour,
    to_supabase: Math.round(120 + 90 * Math.sin(n / 3.5)),
    to_twenty: Math.round(80 + 60 * Math.cos(n / 4)),
    intake: n % 5,
    failures: n % 7 === 3 ? 12 : 1,
    lag_p50: n === 4 ? null : 40 + 12 * Math.sin(n),
    lag_p95: n === 4 ? null : 220 + 110 * Math.sin(n / 2),
  }));
  return {
    ...empty,
    metrics: {
      ...empty.metrics,
      health: {
        status: 'warning',
        reasons: [
          { alert: 'dead_letters', severity: 'warning', message: '3 leads were refused too often and wait for you.' },
        ],
      },
      freshness: { twenty_to_supabase: fresh(4), supabase_to_twenty: fresh(1.5), bidirectional: fresh(50) },
      leads: { total: 12_480, pending: 37, syncing: 0, synced: 12_440, error: 3 },
      backlog: { pending: 37, oldest_minutes: 4.2, over_an_hour: 0 },
      lag_seconds: { p50: 42, p95: 310 },
      conflicts: { open: 1, last_24h: 4 },
      approvals: 300,
      dead_letters: 3,
      held: 1,
      left_out: 1,
      drift: {
        status: 'succeeded',
        finished_at: before(0.9),
        total: 5,
        missing: 2,
        orphaned: 0,
        different: 3,
        unsynced: 0,
        impossible: 0,
        duplicates: 4,
        compared: 12_480,
        error: null,
      },
      twenty_calls: { last_hour: 310, budget: 6000, percent: 5.2 },
      webhooks: { received: 214, waiting: 2, failed: 0, lost: 0 },
      heartbeat: { last: before(0.04), silent: false },
    },
    period: {
      attempts: 4821,
      failures: 58,
      success_percent: 98.8,
      by_category: { auth: 0, rate_limit: 6, validation: 41, conflict: 7, network: 4, server: 0 },
      lag_seconds: { p50: 42, p95: 310 },
    },
    series: waves,
    activity: [
      {
        id: 4,
        synced_at: before(0.02),
        sync_type: 'scheduled_push',
        sync_direction: 'supabase_to_twenty',
        sync_status: 'synced',
        fields_changed: ['job_title', 'phone'],
        lead_id: '1b4e28ba-2fa1-41d2-883f-0016d3cca427',
        lead_name: 'Ada Lovelace',
        email: 'ada@example.com',
        company_name: 'Analytical Engines',
        error_message: null,
      },
      {
        id: 3,
        synced_at: before(0.03),
        sync_type: 'webhook_update',
        sync_direction: 'twenty_to_supabase',
        sync_status: 'error',
        fields_changed: null,
        lead_id: '2b4e28ba-2fa1-41d2-883f-0016d3cca427',
        lead_name: 'Grace Hopper',
        email: 'grace@example.com',
        company_name: null,
        error_message: 'Invalid phone number',
      },
      {
        id: 2,
        synced_at: before(0.07),
        sync_type: 'scheduled_pull',
        sync_direction: 'twenty_to_supabase',
        sync_status: 'synced',
        fields_changed: [],
        lead_id: null,
        lead_name: null,
        email: null,
        company_name: null,
        error_message: null,
      },
    ],
    errors: [
      { category: 'validation', message: 'Invalid phone number', count: 41, leads: 12, last_at: before(0.03) },
      { category: 'rate_limit', message: 'Twenty receives too many requests', count: 6, leads: 6, last_at: before(5) },
    ],
    open_conflicts: [
      {
        id: 7,
        lead_name: 'Alan Turing',
        field: 'job_title',
        winner: 'twenty',
        twenty_value: 'Head of Computing',
        supabase_value: 'Researcher',
        reason: 'both sides changed it',
        created_at: before(2),
      },
    ],
    dead_letters: [
      {
        lead_id: '3b4e28ba-2fa1-41d2-883f-0016d3cca427',
        lead_name: 'Mary Somerville',
        email: 'mary@example.com',
        reason: 'The e-mail belongs to another person',
        category: 'duplicate',
        attempts: 8,
        since: before(30),
      },
    ],
    left_out: [
      {
        lead_id: '8c1d9f4e-7b1f-4d3c-9d63-35b1cbd7a5a2',
        lead_name: 'Emmy Noether',
        email: 'emmy@example.com',
        fields: { phone: 'phone "call me" is not a phone number' },
      },
    ],
    segments: [
      { segment: 'Enterprise', leads: 2100, average_score: 81.4 },
      { segment: 'Mid-market', leads: 5230, average_score: 54 },
      { segment: null, leads: 5150, average_score: null },
    ],
    runs: [
      {
        id: 'r3',
        direction: 'twenty_to_supabase',
        mode: 'full',
        trigger: 'manual',
        status: 'running',
        started_at: before(0.05),
        finished_at: null,
        figures: { read: 8_000, created: 12, updated: 30, unchanged: 7_900, linked: 8, twenty_calls: 8 },
        error: null,
        progress: 0.64,
        estimated_end: before(-0.0283),
      },
      {
        id: 'r2',
        direction: 'supabase_to_twenty',
        mode: 'delta',
        trigger: 'scheduled',
        status: 'succeeded',
        started_at: before(0.03),
        finished_at: before(0.029),
        figures: { pushed: 12 },
        error: null,
      },
      {
        id: 'r1',
        direction: 'bidirectional',
        mode: 'reconcile',
        trigger: 'scheduled',
        status: 'failed',
        started_at: before(1),
        finished_at: before(0.99),
        figures: { compared: 12_480 },
        error: 'Twenty did not answer in time.',
      },
    ],
    alerts: [
      {
        alert: 'dead_letters',
        active: true,
        state: 'firing',
        severity: 'warning',
        since: before(3),
        message: '3 leads were refused too often.',
      },
      {
        alert: 'sync_stalled',
        active: false,
        state: 'ok',
        severity: 'critical',
        since: null,
        message: 'The last success was 2 minutes ago.',
      },
    ],
    maintenance: [
      { task: 'archive', last_at: before(9), result: { archived: 12_000 } },
      { task: 'integrity', last_at: before(0.5), result: { ok: true } },
    ],
    revenue: REVENUE,
    edge: {
      enabled: true,
      down: { last_success: before(0.1), running_since: null, last_run: { status: 'succeeded', error: null } },
      up: {
        last_success: before(0.05),
        running_since: null,
        last_run: { status: 'failed', error: 'D1 did not answer' },
      },
      tables: [
        { table: 'prospects', direction: 'down', pending: 12, oldest_pending: before(0.2), refused: 1, rebuild: null },
        {
          table: 'campaigns',
          direction: 'down',
          pending: 0,
          oldest_pending: null,
          refused: 0,
          rebuild: { phase: 'fill', share: 0.4 },
        },
      ],
      check: {
        down: { at: before(0.7), whole: false, missing: 0, extra: 0, different: 1, stale: 0, ahead: 0, repaired: 1 },
        up: {
          at: before(0.7),
          whole: true,
          missing: 0,
          repaired: 0,
          orphaned: 3,
          duplicate_message_ids: 0,
          impossible: 1,
        },
      },
      last_24h: { calls: 1_440, rows_read: 210_000, rows_written: 36_000 },
      rejects: { count: 2 },
    },
  };
}

const MONTHS = ['2025-12', ...Array.from({ length: 11 }, (_, month) => `2026-${String(month + 1).padStart(2, '0')}`)];

const attributed = (
  key: string | null,
  won: number,
  won_amount: number,
  more: Partial<RevenueRow> = {},
): RevenueRow => ({
  key,
  currency: 'EUR',
  won_amount,
  open_amount: Math.round(won_amount * 0.7),
  won,
  win_percent: 30,
  days_to_won: 38.4,
  cost: null,
  cost_per_lead: null,
  return: null,
  ...more,
});

/** Deals of a year. */
const REVENUE: RevenueData = {
  model: 'linear',
  pipeline: [
    { stage: 'NEW', label: 'New', currency: 'EUR', deals: 41, amount: 164_000 },
    { stage: 'MEETING', label: 'Meeting', currency: 'EUR', deals: 23, amount: 138_500 },
    { stage: 'PROPOSAL', label: 'Proposal', currency: 'EUR', deals: 9, amount: 71_300 },
  ],
  won: MONTHS.flatMap((month, n) =>
    ['meta', 'google', 'web-form', null].map((source, nth) => ({
      month,
      source,
      currency: 'EUR',
      deals: 3,
      amount: Math.round((9_000 + 4_000 * Math.sin(n / 2 + nth)) / (nth + 1)),
    })),
  ),
  funnel: [
    { step: 'touch', leads: 11_900, days: null },
    { step: 'lead', leads: 12_480, days: null },
    { step: 'qualified', leads: 2_310, days: 4.2 },
    { step: 'opportunity', leads: 640, days: 12.5 },
    { step: 'won', leads: 188, days: 41 },
  ],
  attribution: {
    rows: [
      attributed('meta', 71.5, 214_300.4, { cost: 31_200, cost_per_lead: 7.8, return: 6.87, win_percent: 28.4 }),
      attributed('google', 48.17, 163_900.12, { cost: 40_100, cost_per_lead: 15.2, return: 4.09, win_percent: 33 }),
      attributed('web-form', 52.33, 142_800.5, { days_to_won: 21.7, win_percent: 41.6 }),
      attributed(null, 16, 38_000, { days_to_won: null }),
    ],
  },
  score: {
    sentence: 'Leads that scored higher were won more often.',
    enough: true,
    win_percent: 29.6,
    auc: { value: 0.714, low: 0.671, high: 0.757 },
    deciles: Array.from({ length: 10 }, (_, n) => ({
      decile: 10 - n,
      from: 90 - 10 * n,
      to: n === 0 ? 100 : 99 - 10 * n,
      win_percent: Math.round(58 - 5.5 * n),
      lift: Math.round((58 - 5.5 * n) / 0.296) / 100,
    })),
  },
};

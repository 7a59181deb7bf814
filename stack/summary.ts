import { OWNER } from './n8n-client';
import type { Stack, StackOptions } from './stack';
import type { SyncRun } from './sync';

type Ports = NonNullable<StackOptions['ports']>;

const DIRECTION_NAMES: Readonly<Record<SyncRun['direction'], string>> = {
  twenty_to_supabase: 'Twenty → Supabase',
  supabase_to_twenty: 'Supabase → Twenty',
};

/** Rows of equal columns: the first to the left, figures to the right. */
function table(rows: string[][]): string {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  return rows
    .map((row) => row.map((cell, n) => (n === 0 ? cell.padEnd(widths[n]) : cell.padStart(widths[n]))).join('  '))
    .join('\n');
}

function secondsOf({ started_at, finished_at }: SyncRun): number {
  return finished_at ? Math.max((Date.parse(finished_at) - Date.parse(started_at)) / 1000, 0.001) : 0;
}

/** Created, updated, linked, unchanged on the side that the run writes to; a push finds and links people before it writes. */
function outcome({ direction, figures: f }: SyncRun): number[] {
  const { created = 0, updated = 0, linked = 0, unchanged = 0, pushed = 0 } = f;
  if (direction === 'twenty_to_supabase') return [created, updated, linked, unchanged];
  return [f.pushed_created ?? 0, f.pushed_updated ?? 0, linked, Math.max(unchanged - pushed, 0)];
}

/** What the runs did, one line each, and what they could not do. Leads per second count the leads that the run handled, in the run's own time. */
export function figures(runs: SyncRun[]): string {
  const header = ['', 'created', 'updated', 'linked', 'unchanged', 'conflicts', 'Twenty calls', 'seconds', 'leads/s'];
  const lines = runs.map((run) => {
    const { read = 0, pushed = 0, conflicts = 0, twenty_calls: calls = 0 } = run.figures;
    const seconds = secondsOf(run);
    const rate = seconds > 0 ? Math.round(Math.max(read, pushed) / seconds) : 0;
    return [
      DIRECTION_NAMES[run.direction],
      ...[...outcome(run), conflicts, calls].map(String),
      seconds.toFixed(1),
      String(rate),
    ];
  });
  return [
    '',
    table([header, ...lines]),
    ...runs.flatMap(remarks),
    ...new Set(runs.flatMap(({ warnings }) => warnings)),
    '',
  ].join('\n');
}

/** What a run left undone. */
function remarks({ direction, figures: { rejected = 0, held = 0, errors = 0 } }: SyncRun): string[] {
  const name = DIRECTION_NAMES[direction];
  const waiting = held + errors;
  return [
    ...(rejected > 0 ? [`${name}: rejected records: ${rejected}; the output of the upsert in n8n names each.`] : []),
    ...(waiting > 0
      ? [`${name}: leads that could not be synced: ${waiting}; sync_error_message in public.leads says why.`]
      : []),
  ];
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

/** Where to look, with the logins; names each port that was taken. */
export function addresses(stack: Stack, wished: Ports): string {
  const { n8n, access, twenty, localTwenty, supabase, localSupabase, postgres } = stack;
  const moved: string[] = [];
  const note = (name: string, port: number, wish: number): void => {
    if (port !== wish) moved.push(`Port ${wish} is taken: ${name} listens on ${port}.`);
  };
  note('n8n', portOf(n8n.url), wished.n8n);
  if (localTwenty) note('the Twenty double', portOf(twenty.url), wished.twenty);
  if (localSupabase) note('the Supabase gateway', portOf(supabase.url), wished.gateway);
  note('PostgreSQL', postgres.port, wished.postgres);
  const lines = [
    `n8n         ${n8n.url}   login ${OWNER.email}, password ${OWNER.password}`,
    `Dashboard   ${access.dashboard.url}   login ${access.dashboard.user}, password ${access.dashboard.password}`,
    `MCP server  ${access.mcp.url}   token ${access.mcp.token}`,
    `Twenty      ${twenty.url}   ${localTwenty ? `double, API key ${twenty.apiKey}` : ''}`,
    `Supabase    ${supabase.url}   ${localSupabase ? `secret key ${supabase.serviceKey}` : ''}`,
    ...(localSupabase ? [`PostgreSQL  ${localSupabase.databaseUrl}`] : []),
  ];
  return [...moved, ...lines.map((line) => line.trimEnd())].join('\n');
}

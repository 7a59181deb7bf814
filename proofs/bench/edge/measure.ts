import { performance } from 'node:perf_hooks';
import type { Client } from 'pg';
import type { EdgeReport } from '../../../nodes/CloudflareD1/loops';
import type { ApiSide, NodeSide, Outcome } from './sides';

export interface EdgeFigures {
  fill: { leads: number; seconds: number; calls: number; rows_written: number };
  down: { rows: number; rows_per_s: number; calls: number };
  up: { events: number; events_per_s: number; calls: number };
  no_change: { calls: number; calls_at_1000: number };
  check: { calls: number; rows_read: number; hourly_calls: number; hourly_rows_read: number; compared: number };
  rebuild: { seconds: number; readers: number; fewest_rows_seen: number };
  row_by_row: { rows: number; rows_per_s: number };
  ratio: number;
}

export interface EdgeBenchOptions {
  leads: number;
  itemRows: number;
}

const rate = (rows: number, ms: number): number => Number((rows / (ms / 1000)).toFixed(1));

async function timed<T>(api: ApiSide, work: () => Promise<T>): Promise<{ ms: number; calls: number; answer: T }> {
  const calls = api.calls;
  const startedAt = performance.now();
  const answer = await work();
  return { ms: performance.now() - startedAt, calls: api.calls - calls, answer };
}

async function seedLeads(client: Client, from: number, to: number): Promise<void> {
  await client.query(
    `insert into public.leads (first_name, last_name, email, phone, job_title, company_name, company_domain, city, country, lead_source, lead_status, attributes)
     select 'First' || i, 'Last' || i, 'person' || i || '@company' || i % 5000 || '.com', '+3361' || lpad(i::text, 7, '0'), 'Head of Sales', 'Company ' || i % 5000,
       'company' || i % 5000 || '.com', 'Paris', 'France', 'website', 'new', jsonb_build_object('page_views', i % 50)
     from generate_series($1::integer, $2::integer) as i`,
    [from, to],
  );
}

function figuresOf(report: Outcome): Record<string, number> {
  if (!report.started) throw new Error(`No run was started: ${report.reason}`);
  if (report.status !== 'succeeded') throw new Error(`The run ended as ${report.status}.`);
  return report.figures;
}

/** All figures of the edge, one after another on the same sides. */
export async function measureEdge(
  { node, api, tell }: { node: NodeSide; api: ApiSide; tell: (text: string) => void },
  { leads, itemRows }: EdgeBenchOptions,
): Promise<EdgeFigures> {
  const client = node.database;
  const down = async (): Promise<Outcome> => (await node.run('syncDown'))[0];
  const up = async (): Promise<Outcome> => (await node.run('syncUp'))[0];
  await client.query('select public.enable_outreach()');
  await seedLeads(client, 1, 1000);
  await client.query('select public.enable_edge()');
  await down();
  const bothWays = async (): Promise<void> => {
    await down();
    await up();
  };
  const quietSmall = await timed(api, bothWays);
  await seedLeads(client, 1001, leads);
  await client.query('select public.disable_edge()');
  await client.query('select public.enable_edge()');

  tell('fill');
  const fill = await timed(api, () => down());
  const fillFigures = figuresOf(fill.answer);
  const quiet = await timed(api, bothWays);

  tell('down');
  const changed = Math.min(20_000, leads);
  await client.query(
    "update public.leads as l set job_title = 'Director' from (select id from public.leads limit $1) as c where l.id = c.id",
    [changed],
  );
  const changes = await timed(api, () => down());
  if (figuresOf(changes.answer).rows !== changed) throw new Error('Not all changes went down.');

  tell('checks');
  const [whole] = await node.run('check', { full: true });
  const hourlyCalls = api.calls;
  const [hourly] = (await node.run('check', { full: false })) as EdgeReport[];
  const hourlySpent = api.calls - hourlyCalls;

  tell('up');
  const events = Math.min(20_000, leads);
  await api.d1.rows("insert into emails (id, subject) select 'e' || value, 'Hello' from json_each(?1)", listOf(2_000));
  await up();
  for (let from = 0; from < events; from += 5_000) {
    await api.d1.rows(
      "insert into email_events (id, email_id, kind, at) select 'v' || (value + ?2), 'e' || (value % 2000), 'opened', '2026-01-01T00:00:00.000Z' from json_each(?1)",
      listOf(5_000),
      String(from),
    );
  }
  const came = await timed(api, up);
  if (figuresOf(came.answer).refused > 0) throw new Error('Not all events went up.');

  tell('rebuild with readers');
  const rebuild = await rebuildWithReaders(node, api);

  tell('row by row');
  const item = await rowByRow(client, api, itemRows);
  const rowsPerSecond = rate(changed, changes.ms);
  const wholeFigures = figuresOf(whole);
  return {
    fill: {
      leads,
      seconds: Number((fill.ms / 1000).toFixed(2)),
      calls: fill.calls,
      rows_written: fillFigures.rows_written,
    },
    down: { rows: changed, rows_per_s: rowsPerSecond, calls: changes.calls },
    up: { events, events_per_s: rate(events, came.ms), calls: came.calls },
    no_change: { calls: quiet.calls, calls_at_1000: quietSmall.calls },
    check: {
      calls: wholeFigures.calls,
      rows_read: wholeFigures.rows_read,
      hourly_calls: hourlySpent,
      hourly_rows_read: hourly.figures.rows_read,
      compared: wholeFigures.compared,
    },
    rebuild,
    row_by_row: item,
    ratio: Number((rowsPerSecond / item.rows_per_s).toFixed(1)),
  };
}

const listOf = (count: number): string => JSON.stringify(Array.from({ length: count }, (_, index) => index));

async function rebuildWithReaders(node: NodeSide, api: ApiSide): Promise<EdgeFigures['rebuild']> {
  let isOver = false;
  let readers = 0;
  let fewest = Infinity;
  const reading = (async () => {
    while (!isOver) {
      const [{ rows }] = await api.d1.rows<{ rows: number }>('select count(*) as rows from prospects');
      readers += 1;
      fewest = Math.min(fewest, rows);
    }
  })();
  const startedAt = performance.now();
  figuresOf((await node.run('rebuild', { table: 'prospects' }))[0]);
  const seconds = Number(((performance.now() - startedAt) / 1000).toFixed(2));
  isOver = true;
  await reading;
  return { seconds, readers, fewest_rows_seen: fewest };
}

/** The loop as it is usually built: what changed since a time, then one call of the API for each row. */
async function rowByRow(client: Client, api: ApiSide, count: number): Promise<EdgeFigures['row_by_row']> {
  await api.batch([
    {
      sql: 'create table row_by_row (id text primary key, first_name text, last_name text, email text, job_title text, updated_at text)',
      params: [],
    },
  ]);
  const startedAt = performance.now();
  const { rows } = await client.query<Record<string, string>>(
    'select id, first_name, last_name, email, job_title, updated_at::text from public.leads order by updated_at limit $1',
    [count],
  );
  for (const { id, first_name, last_name, email, job_title, updated_at } of rows) {
    await api.batch([
      {
        sql: `insert into row_by_row values (?, ?, ?, ?, ?, ?) on conflict (id) do update set first_name = excluded.first_name, last_name = excluded.last_name,
          email = excluded.email, job_title = excluded.job_title, updated_at = excluded.updated_at`,
        params: [id, first_name, last_name, email, job_title, updated_at],
      },
    ]);
  }
  return { rows: count, rows_per_s: rate(count, performance.now() - startedAt) };
}

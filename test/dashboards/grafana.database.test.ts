import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Store, type Json } from '../database/store';
import { World } from '../database/trouble/world';

interface Panel {
  title: string;
  type: string;
  datasource: { uid: string };
  fieldConfig: { defaults: { thresholds?: { steps: Json[] } } };
  targets: Array<{ rawSql: string; format: string; datasource: { uid: string } }>;
}
interface Dashboard {
  panels: Panel[];
  __inputs: Array<{ name: string; type: string; pluginId: string }>;
  __requires: Array<{ type: string; id: string }>;
}

const FOLDER = join(__dirname, '../../dashboards');
const SOURCE = readFileSync(join(FOLDER, 'grafana-lead-sync.json'), 'utf8');
const dashboard = JSON.parse(SOURCE) as Dashboard;
const READER = readFileSync(join(FOLDER, 'grafana-reader.sql'), 'utf8');

const seconds = (interval: string): number =>
  Number.parseInt(interval, 10) * { s: 1, m: 60, h: 3600, d: 86_400 }[interval.slice(-1)]!;

/** Puts in what Grafana's PostgreSQL data source puts in for its macros: a range between two texts, and groups by epoch. */
function withoutMacros(sql: string, from: Date, to: Date): string {
  return sql
    .replace(
      /\$__timeFilter\(([^)]+)\)/g,
      (_, column: string) => `${column} BETWEEN '${from.toISOString()}' AND '${to.toISOString()}'`,
    )
    .replace('$__timeFrom()', `'${from.toISOString()}'`)
    .replace('$__timeTo()', `'${to.toISOString()}'`)
    .replace(/\$__timeGroupAlias\(([^,]+),\s*'([^']+)'\)/g, (_, column: string, interval: string) => {
      const width = seconds(interval);
      return `floor(extract(epoch from ${column})/${width})*${width} AS "time"`;
    });
}

describe('the Grafana dashboard', () => {
  let store: Store;
  beforeAll(async () => {
    store = await Store.open();
    const world = new World(store);
    await world.begin();
    world.now = new Date(Date.now() - 120_000).toISOString();
    await world.run('twenty_to_supabase');
    await world.run('supabase_to_twenty');
    await world.run('bidirectional');
    await world.pushes(18);
    await world.pushes(2, '<img src=x onerror=alert(1)>');
    await world.refuse(await world.dueLeads(1), 3, false);
    await world.dueLeads(4);
    await store.sql.query(`insert into public.customer_segments (segment_name) values ('Enterprise')`);
    await store.sql.query(
      `update public.leads set lead_score = 80, segment_id = (select id from public.customer_segments) where sync_status = 'pending'`,
    );
    await store.sql.query(
      `insert into public.lead_touches (lead_id, source, external_id, kind, touched_at, created_at)
       select id, 'meta', 'a', 'form', now() - interval '90 seconds', now() - interval '1 minute' from public.leads where sync_status = 'pending' limit 1`,
    );
    await store.sql.query(READER);
    await store.sql.query(READER); // safe to run again
  });
  afterAll(async () => {
    await store.sql.query('drop owned by lead_sync_grafana; drop role lead_sync_grafana');
    await store.close();
  });

  /** What a panel shows, asked for as the role that Grafana logs in with. */
  const shown = async (title: string): Promise<Json[]> => {
    const panel = dashboard.panels.find((candidate) => candidate.title === title);
    if (!panel) throw new Error(`There is no panel "${title}".`);
    await store.sql.query('begin read only; set local role lead_sync_grafana');
    try {
      return await store.rows(withoutMacros(panel.targets[0].rawSql, new Date(Date.now() - 86_400_000), new Date()));
    } finally {
      await store.sql.query('rollback');
    }
  };

  test('the import asks for the data source, and every panel takes it', () => {
    expect(dashboard.__inputs).toMatchObject([
      { name: 'DS_LEAD_SYNC', type: 'datasource', pluginId: 'grafana-postgresql-datasource' },
    ]);
    for (const panel of dashboard.panels) {
      expect(panel.datasource.uid).toBe('${DS_LEAD_SYNC}');
      expect(panel.targets.map(({ datasource }) => datasource.uid)).toEqual(['${DS_LEAD_SYNC}']);
    }
  });

  test('the import names every panel type and the data source that it needs', () => {
    const required = (type: string): string[] =>
      dashboard.__requires.filter((entry) => entry.type === type).map(({ id }) => id);
    expect(required('panel')).toEqual([...new Set(dashboard.panels.map(({ type }) => type))].sort());
    expect(required('datasource')).toEqual(['grafana-postgresql-datasource']);
    expect(required('grafana')).toEqual(['grafana']);
  });

  test.each(dashboard.panels.map(({ title }) => title))('%s has an answer', async (title) => {
    expect((await shown(title)).length).toBeGreaterThan(0);
  });

  test('the pie counts leads by status', async () => {
    expect(await shown('Leads by status')).toEqual([
      { status: 'error', leads: '1' },
      { status: 'pending', leads: '4' },
    ]);
  });

  test('the gauge is green to 5 %, yellow to 10 %, red above', async () => {
    const [row] = await shown('Error rate');
    expect(row['error rate']).toBe('8.70'); // 2 of 23: 20 pushes and 3 runs
    const gauge = dashboard.panels.find(({ type }) => type === 'gauge');
    expect(gauge?.fieldConfig.defaults.thresholds?.steps).toEqual([
      { color: 'green', value: null },
      { color: 'yellow', value: 5 },
      { color: 'red', value: 10 },
    ]);
  });

  test('throughput and lag come as series of time, metric and value', async () => {
    const throughput = await shown('Throughput');
    const total = (metric: string): number =>
      throughput.filter((row) => row.metric === metric).reduce((sum, row) => sum + Number(row.value), 0);
    expect([total('to Twenty'), total('failures')]).toEqual([18, 2]);
    const lag = await shown('Lag');
    expect(lag.map(({ metric }) => metric)).toEqual(['p50', 'p95']);
    expect(Math.abs(Number(lag[0].value) / 30 - 1)).toBeLessThan(0.065);
  });

  test('the speed to lead comes by source', async () => {
    expect(await shown('Speed to lead')).toMatchObject([
      { source: 'meta', touches: 1, 'new leads': 1, 'to Supabase p50': 30, 'to Twenty p50': null, untouched: 0 },
    ]);
  });

  test('backlog, freshness and scores', async () => {
    expect(await shown('Backlog')).toEqual([{ waiting: '4', 'for over an hour': '0' }]);
    expect((await shown('Freshness')).map(({ direction }) => direction)).toEqual([
      'Reconciliation',
      'Supabase to Twenty',
      'Twenty to Supabase',
    ]);
    expect(await shown('Score by segment')).toEqual([{ segment: 'Enterprise', 'average score': 80 }]);
  });

  test('texts of leads stay texts: no panel shows HTML, markdown or links made of them', async () => {
    expect((await shown('Recent errors'))[0]).toMatchObject({
      category: 'server',
      error: '<img src=x onerror=alert(1)>',
    });
    expect(dashboard.panels.map(({ type }) => type)).not.toContain('text');
    expect(SOURCE).not.toMatch(/"(links|dataLinks)": \[\s*\{|markdown|"html"|"image"/);
  });

  test('the role of the dashboard can read no e-mail and change nothing', async () => {
    await store.sql.query('begin; set local role lead_sync_grafana');
    await expect(store.sql.query('select email from public.leads')).rejects.toMatchObject({ code: '42501' });
    await store.sql.query('rollback; begin; set local role lead_sync_grafana');
    await expect(store.sql.query('delete from public.lead_sync_history')).rejects.toMatchObject({ code: '42501' });
    await store.sql.query('rollback');
  });
});

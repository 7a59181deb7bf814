import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { Store } from './store';

const folder = join(__dirname, '../../migrations');
const files = readdirSync(folder)
  .filter((name) => /^\d{3}_\w+\.sql$/.test(name))
  .sort();
const run = promisify(execFile);

async function apply(client: Client, names: string[]): Promise<void> {
  for (const name of names) {
    await client.query('begin');
    await client.query(readFileSync(join(folder, name), 'utf8'));
    await client.query('commit');
  }
}

describe('the migrations', () => {
  let store: Store;
  let client: Client;
  beforeAll(async () => {
    store = await Store.open();
    await store.sql.query('create database migrations_test');
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.pathname = '/migrations_test';
    client = new Client({ connectionString: url.href });
    await client.connect();
  });
  afterAll(async () => {
    await client.end();
    await store.sql.query('drop database migrations_test');
    await store.close();
  });

  const inventory = async (): Promise<string[]> =>
    (
      await client.query<{ name: string }>(`
        select 'relation ' || c.oid::regclass as name from pg_class c where c.relnamespace::regnamespace::text in ('public', 'lead_sync')
        union all select 'function ' || p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in ('public', 'lead_sync')
        union all select 'trigger ' || t.tgname || ' on ' || t.tgrelid::regclass from pg_trigger t where not t.tgisinternal
        union all select 'schema ' || n.nspname from pg_namespace n where n.nspname = 'lead_sync'
        order by 1`)
    ).rows.map((row) => row.name);

  test('applying them twice is harmless, and uninstall leaves nothing', async () => {
    const before = await inventory();
    await apply(client, files);
    const once = await inventory();
    expect(once.length).toBeGreaterThan(before.length + 40);
    await client.query(`insert into public.leads (email) values ('ada@example.com')`);
    await client.query(`update lead_sync.field_mappings set policy = 'twenty_wins' where lead_field = 'email'`);

    await apply(client, files);
    expect(await inventory()).toEqual(once);
    expect((await client.query('select email from public.leads')).rows).toEqual([{ email: 'ada@example.com' }]);
    expect(
      (
        await client.query(
          `select policy from lead_sync.field_mappings where object = 'person' and lead_field = 'email'`,
        )
      ).rows,
    ).toEqual([{ policy: 'twenty_wins' }]);

    await apply(client, ['uninstall.sql']);
    expect(await inventory()).toEqual(before);
  });

  test('squawk finds nothing to complain about', async () => {
    const { stdout } = await run(
      join(__dirname, '../../node_modules/.bin/squawk'),
      files.concat('uninstall.sql').map((name) => join(folder, name)),
      {
        cwd: join(__dirname, '../..'),
      },
    );
    expect(stdout).toContain('Found 0 issues');
  });

  test('the claim and match queries use their indexes on a large table', async () => {
    await store.reset();
    await store.sql.query(`
      insert into public.leads (email) select 'p' || i || '@example.com' from generate_series(1, 20000) as i;
      update lead_sync.lead_states set due_at = null where lead_id not in (select lead_id from lead_sync.lead_states limit 50);
      analyze public.leads; analyze lead_sync.lead_states`);
    const plan = async (query: string): Promise<string> =>
      (await store.rows<{ 'QUERY PLAN': string }>(`explain ${query}`)).map((row) => row['QUERY PLAN']).join('\n');
    expect(
      await plan(`select lead_id from lead_sync.lead_states where due_at <= now() order by due_at, lead_id limit 200`),
    ).toContain('lead_states_due_idx');
    expect(await plan(`select id from public.leads where twenty_id = gen_random_uuid()`)).toContain(
      'leads_twenty_id_key',
    );

    /** How often the index on e-mails is looked into while a query runs. */
    const lookUps = async (query: string): Promise<number> => {
      const counter = `select pg_stat_get_xact_numscans('public.leads_email_idx'::regclass)::integer as count`;
      await store.sql.query('begin');
      const [before] = await store.rows<{ count: number }>(counter);
      await store.sql.query(query);
      const [after] = await store.rows<{ count: number }>(counter);
      await store.sql.query('rollback');
      return after.count - before.count;
    };
    const items = `(
      select jsonb_agg(jsonb_build_object('index', i, 'snapshot', jsonb_build_object('twenty_id', gen_random_uuid(), 'email', 'P' || i || '@example.com')))
      from generate_series(1, 100) as i
    )`;
    expect(await lookUps(`select lead_sync.match_snapshots(${items})`)).toBe(100);
    expect(await lookUps(`select lead_sync.take_in_leads(${items}, '{}')`)).toBe(100);
    expect(await lookUps(`select lead_sync.lock_candidates(${items}, null, 'form')`)).toBe(100);
  });
});

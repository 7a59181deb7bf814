import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SCHEMA_VERSION } from '../../nodes/SupabaseLeads/schema-version';
import { SCRIPTS, schemaScript, schemaScripts } from '../../stack/schema';
import { schemaSnapshot } from '../../tools/schema/snapshot';
import { OwnerDatabase } from '../setup/owner-database';
import { runInPipeline } from '../setup/pipeline';
import { useStore } from './store';

const folder = join(__dirname, '../../migrations');
const run = promisify(execFile);

describe('the schema', () => {
  const store = useStore('once');
  let database: OwnerDatabase;
  beforeAll(async () => {
    database = await OwnerDatabase.create('migrations_test');
  });
  afterAll(() => database.drop());

  test('need no superuser and no session: applying them twice harms nothing, a site’s own rights neither, and uninstall leaves nothing', async () => {
    expect(await database.column('select rolsuper::text as name from pg_roles where rolname = current_user')).toEqual([
      'false',
    ]);
    const before = await database.inventory();
    await database.applySchema();
    const once = await database.inventory();
    expect(once.length).toBeGreaterThan(before.length + 40);
    await database.sql.query(`insert into public.leads (email) values ('ada@example.com')`);
    await database.sql.query(
      `update lead_sync.field_mappings set policy = 'twenty_wins' where object = 'person' and lead_field = 'email'`,
    );

    await database.sql.query(`
      grant insert (email) on public.leads to anon; create policy site on public.leads for insert to anon with check (true)`);

    await database.applySchema();
    expect(await database.inventory()).toEqual(once);
    expect(
      await database.column(`
        select has_column_privilege('anon', 'public.leads', 'email', 'insert') || ' ' || has_any_column_privilege('anon', 'public.leads', 'select') as name`),
    ).toEqual(['true false']);
    expect(await database.column('select email as name from public.leads')).toEqual(['ada@example.com']);
    expect(
      await database.column(
        `select policy as name from lead_sync.field_mappings where object = 'person' and lead_field = 'email'`,
      ),
    ).toEqual(['twenty_wins']);

    await database.apply('uninstall.sql');
    expect(await database.inventory()).toEqual(before);
  });

  test('its second script, applied before the first of its version, says so and changes nothing', async () => {
    const [first, second] = await schemaScripts();
    const project = await OwnerDatabase.create('second_first_test');
    try {
      const before = await project.inventory();
      await expect(project.run(second)).rejects.toThrow('lead-sync-1.sql of this version was not applied yet');
      expect(await project.inventory()).toEqual(before);

      await project.run(first);
      expect(await project.column('select lead_sync.schema_version()::text as name')).toEqual(['0']);
      await project.run(
        `create or replace function lead_sync.version_under_way() returns integer language sql as 'select 1'`,
      );
      await expect(project.run(second)).rejects.toThrow('lead-sync-1.sql of this version was not applied yet');

      await project.applySchema();
      expect(await project.column('select lead_sync.schema_version()::text as name')).toEqual([`${SCHEMA_VERSION}`]);
      await project.apply('uninstall.sql');
      expect(await project.inventory()).toEqual(before);
    } finally {
      await project.drop();
    }
  });

  test('is applied as `supabase db push` sends it, in one transaction without a beginning', async () => {
    const pushed = await OwnerDatabase.create('pushed_test');
    try {
      await runInPipeline(pushed.url, await schemaScript());
      await database.applySchema();
      expect(await schemaSnapshot(pushed.sql)).toBe(await schemaSnapshot(database.sql));
      expect(await pushed.column('select lead_sync.schema_version()::text as name')).toEqual([`${SCHEMA_VERSION}`]);
    } finally {
      await pushed.drop();
    }
  });

  test('squawk finds nothing to complain about', async () => {
    const { stdout } = await run(
      join(__dirname, '../../node_modules/.bin/squawk'),
      [...SCRIPTS, 'uninstall.sql'].map((file) => join(folder, file)),
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
      await plan(
        `select lead_id from lead_sync.lead_states where adapter = 'lead' and due_at <= now() order by due_at, lead_id limit 200`,
      ),
    ).toContain('lead_states_due_idx');
    expect(await plan(`select id from public.leads where twenty_id = gen_random_uuid()`)).toContain(
      'leads_twenty_id_key',
    );

    /** How often the index on e-mails is looked into while a query runs. */
    const lookUps = async (query: string): Promise<number> => {
      const counter = `select pg_stat_get_xact_numscans('public.leads_email_key_idx'::regclass)::integer as count`;
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

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createClient } from '@supabase/supabase-js';
import { startPostgrest } from '../../stack/postgrest';
import { OwnerDatabase } from '../setup/owner-database';
import { ObjectRuns } from './objects/opportunities';
import { person, Store, type Json } from './store';

const [MAKE, TAKE_BACK] = [
  ...readFileSync(join(__dirname, '../../docs/another-object.md'), 'utf8').matchAll(/```sql\n([\s\S]*?)```/g),
].map(([, sql]) => sql);
const ROLE = readFileSync(join(__dirname, '../../migrations/api-role.sql'), 'utf8');

const TOKEN = process.env.TEST_SUPABASE_API_ROLE_JWT ?? '';

/** A key of its own for n8n: it opens what lead sync's nodes need and nothing else of the project. */
describe('the role lead_sync_api', () => {
  let store: Store;
  let nodes: Store;
  beforeAll(async () => {
    store = await Store.open();
    nodes = await Store.open(TOKEN);
    await store.sql.query(`
      create schema auth; create table auth.users (email text); insert into auth.users values ('grace@example.com');
      create table public.invoices (total numeric); create view public.totals as select sum(total) from public.invoices;
      create function public.pay() returns text language sql as $$ select 'paid' $$; revoke all on function public.pay() from public`);
    await store.sql.query(`set role postgres; ${ROLE}; ${ROLE}; reset role`);
    await store.sql.query(`notify pgrst, 'reload schema'`);
  });
  afterAll(async () => {
    await nodes.close();
    await store.sql.query(`
      drop schema auth cascade; drop view public.totals; drop table public.invoices; drop function public.pay();
      drop owned by lead_sync_api; drop role lead_sync_api`);
    await store.close();
  });

  test('takes leads in, claims, plans and settles them', async () => {
    const run = await nodes.rpc('start_sync_run', {
      p_direction: 'twenty_to_supabase',
      p_mode: 'delta',
      p_trigger: 'manual',
    });
    expect(run).toMatchObject({ started: true });
    expect((await nodes.pull([person({ email: 'ada@example.com', first_name: 'Ada' })])).counts).toMatchObject({
      created: 1,
    });
    const id = await store.addLead({ email: 'bob@example.com' });
    const claim = await nodes.claim();
    expect(claim.leads.map((lead) => lead.lead_id)).toEqual([id]);
    const { writes } = await nodes.plan(claim, []);
    const settled = await nodes.complete(claim, [
      { lead_id: id, op: writes[0].op, ok: false, category: 'validation', outcome: 'refused', message: 'no' },
    ]);
    expect(settled.counts).toMatchObject({ error: 1 });
  });

  test('syncs a table of your own that was opened to it as the guide says', async () => {
    await store.sql.query(
      MAKE.replace('to service_role; --', 'to lead_sync_api; --').replace('-- create policy', 'create policy'),
    );
    const subscriptions = new ObjectRuns(nodes, 'subscription', 'public.subscriptions');
    try {
      const read = person({ name: 'Pro', price: null, status: null, renews_at: null, contact_id: null });
      expect((await subscriptions.pull([read])).counts).toMatchObject({ created: 1 });
      expect((await subscriptions.pull([read])).counts).toMatchObject({ unchanged: 1 });
      const id = await new ObjectRuns(store, 'subscription', 'public.subscriptions').add({ name: 'Basic' });
      expect((await subscriptions.push()).writes).toMatchObject([{ lead_id: id, op: 'create' }]);
    } finally {
      await store.sql.query(TAKE_BACK);
    }
  });

  test.each([
    ['get_dashboard', {}],
    ['get_sync_metrics', {}],
    ['check_sync_alerts', {}],
    ['update_sync_alerts', {}],
    ['get_dead_letters', {}],
    ['get_conflicts', {}],
    ['add_to_inbox', { p_events: [] }],
    ['check_sync_integrity', { p_fix: true }],
    ['run_sync_maintenance', {}],
    ['publish_scoring_rules', {}],
    ['calculate_lead_scores', {}],
    ['classify_lead_segments', {}],
    ['get_follow_ups', {}],
    ['get_scoring_report', {}],
    ['refresh_daily_summary', {}],
  ])('calls %s', async (name, args: Json) => {
    await expect(nodes.rpc(name, args)).resolves.toBeDefined();
  });

  test('has on what is ours what service_role has there', async () => {
    const missing = await store.rows(`
      select o.identity, p.privilege from lead_sync.list_objects() as o
      cross join unnest(case o.kind when 'routine' then array['execute'] else array['select', 'insert', 'update', 'delete'] end) as p (privilege)
      where o.marked and o.kind in ('routine', 'table', 'view', 'materialized view') and case o.kind
        when 'routine' then has_function_privilege('service_role', o.object, p.privilege) <> has_function_privilege('lead_sync_api', o.object, p.privilege)
        else has_table_privilege('service_role', o.object, p.privilege) <> has_table_privilege('lead_sync_api', o.object, p.privilege)
      end`);
    expect(missing).toEqual([]);
  });

  test('reads nothing else of the project', async () => {
    expect(
      await store.rows(`
        select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname not in ('pg_catalog', 'information_schema', 'pg_toast', 'lead_sync') and c.relkind in ('r', 'p', 'v', 'm', 'f')
          and c.oid not in (select object from lead_sync.list_objects() where marked)
          and has_table_privilege('lead_sync_api', c.oid, 'select, insert, update, delete')`),
    ).toEqual([]);
    const site = createClient(process.env.TEST_SUPABASE_URL ?? '', process.env.TEST_SUPABASE_ANON_KEY ?? '', {
      auth: { persistSession: false },
      global: {
        headers: {
          Authorization: `Bearer ${TOKEN}`,
        },
      },
    });
    expect((await site.from('leads').select('id')).error).toBeNull();
    expect((await site.from('invoices').select()).error).toMatchObject({ code: '42501' });
    expect((await site.from('totals').select()).error).toMatchObject({ code: '42501' });
    expect((await site.rpc('pay')).error).toMatchObject({ code: '42501' });
    await store.sql.query('set role lead_sync_api');
    await expect(store.sql.query('select from auth.users')).rejects.toMatchObject({ code: '42501' });
    await store.sql.query('reset role');
  });

  test('has the time limit of service_role, and no right beyond its grants', async () => {
    expect(
      await store.rows(
        `select rolconfig, rolbypassrls, rolcreaterole, rolcanlogin from pg_roles where rolname = 'lead_sync_api'`,
      ),
    ).toEqual([{ rolconfig: ['statement_timeout=8s'], rolbypassrls: false, rolcreaterole: false, rolcanlogin: false }]);
  });

  test('is enough of a database user for a PostgREST of its own', async () => {
    await store.sql.query("alter role lead_sync_api login password 'postgres'");
    const url = new URL(process.env.TEST_DATABASE_URL ?? '');
    url.username = 'lead_sync_api';
    const jwtSecret = process.env.TEST_SUPABASE_JWT_SECRET ?? '';
    const postgrest = await startPostgrest({ databaseUrl: url.href, jwtSecret });
    try {
      const call = async (headers: Record<string, string>) =>
        (await fetch(`${postgrest.url}/rpc/get_sync_metrics`, { method: 'POST', headers })).status;
      expect(await call({ authorization: `Bearer ${TOKEN}` })).toBe(200);
      expect(await call({})).not.toBe(200);
    } finally {
      await postgrest.stop();
    }
  });
});

test('what a later version makes is open to the role too, and uninstall takes the roles away', async () => {
  const database = await OwnerDatabase.create('api_role_test');
  try {
    await database.applySchema();
    await database.apply('api-role.sql');
    await database.apply('../dashboards/grafana-reader.sql');
    await database.sql.query(`
      begin; select lead_sync.begin_migration(2);
      create table lead_sync.later (a int); alter table lead_sync.later enable row level security;
      insert into lead_sync.later values (1);
      select lead_sync.end_migration(2); commit; grant lead_sync_api to postgres; set role lead_sync_api`);
    expect(await database.column('select a as name from lead_sync.later')).toEqual([1]);
    await database.sql.query('reset role');

    await database.apply('uninstall.sql');
    expect(await database.column("select rolname as name from pg_roles where rolname like 'lead\\_sync%'")).toEqual([]);
  } finally {
    await database.drop();
  }
});

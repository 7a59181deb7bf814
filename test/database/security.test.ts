import { createClient } from '@supabase/supabase-js';
import { useStore } from './store';

/** The catalog is the truth: whatever a later migration adds is checked here too. */
describe('security of the schema', () => {
  const store = useStore('once');

  const names = async (query: string): Promise<string[]> =>
    (await store.rows<{ name: string }>(query)).map((row) => row.name);

  test('finds the tables and functions it is about', async () => {
    expect(await names(`select tablename as name from pg_tables where schemaname in ('public', 'lead_sync')`)).toEqual(
      expect.arrayContaining(['leads', 'lead_states', 'lead_sync_runs']),
    );
    expect(await names(`select proname as name from pg_proc where pronamespace = 'public'::regnamespace`)).toEqual(
      expect.arrayContaining(['upsert_leads', 'start_sync_run']),
    );
  });

  test('every table has row level security', async () => {
    expect(
      await names(`
        select c.oid::regclass::text as name from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and c.relkind in ('r', 'p') and not c.relrowsecurity`),
    ).toEqual([]);
  });

  /** A relation with all that the two roles of sites may do with it, in whole or by column. */
  const open = `
    from pg_class c cross join (values ('anon'), ('authenticated')) as r (role)
    where c.relnamespace in ('public'::regnamespace, 'lead_sync'::regnamespace)`;

  test.each([
    [
      'function',
      `select p.oid::regprocedure::text as name from pg_proc p cross join (values ('anon'), ('authenticated')) as r (role)
       where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and has_function_privilege(r.role, p.oid, 'execute')
         and p.oid not in ('lead_sync.email_keys'::regproc, 'lead_sync.phone_keys'::regproc) -- indexes call them, see below; the schema stays closed`,
    ],
    [
      'table, view, materialized view or foreign table',
      `select c.oid::regclass::text as name ${open} and c.relkind in ('r', 'p', 'v', 'm', 'f') and (
         has_table_privilege(r.role, c.oid, 'select, insert, update, delete, truncate, references, trigger')
         or has_any_column_privilege(r.role, c.oid, 'select, insert, update, references')
       )`,
    ],
    [
      'sequence',
      `select c.oid::regclass::text as name ${open} and c.relkind = 'S' and has_sequence_privilege(r.role, c.oid, 'usage, select, update')`,
    ],
    [
      'type of its own',
      `select t.oid::regtype::text as name from pg_type t cross join (values ('anon'), ('authenticated')) as r (role) left join pg_class c on c.oid = t.typrelid
       where t.typnamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and t.typelem = 0 and coalesce(c.relkind, 'c') = 'c'
         and has_type_privilege(r.role, t.oid, 'usage')`,
    ],
    [
      'schema',
      `select r.role || ' in lead_sync' as name from (values ('anon'), ('authenticated')) as r (role)
       where has_schema_privilege(r.role, 'lead_sync', 'usage, create')`,
    ],
    [
      'later object, by default privileges',
      `select d.oid::text as name from pg_default_acl d where d.defaclnamespace = 'lead_sync'::regnamespace`,
    ],
    [
      'foreign server',
      `select s.srvname as name from pg_foreign_server s cross join (values ('anon'), ('authenticated')) as r (role)
       where has_server_privilege(r.role, s.oid, 'usage')`,
    ],
  ])(
    'no %s is open to anon or authenticated, though Supabase opens whatever is made in public',
    async (_kind, query) => {
      expect(await names(query)).toEqual([]);
    },
  );

  test('every function fixes an empty search_path', async () => {
    expect(
      await names(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace)
          and not coalesce(p.proconfig, '{}') @> array['search_path=""']`),
    ).toEqual([]);
  });

  test('no function is bound to the tables it uses: people alter their own', async () => {
    expect(
      await names(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and p.prosqlbody is not null`),
    ).toEqual([]);
  });

  test('every view runs with the rights of who asks', async () => {
    expect(
      await names(`
        select c.oid::regclass::text as name from pg_class c
        where c.relnamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and c.relkind = 'v'
          and not coalesce(c.reloptions, '{}') && array['security_invoker=on', 'security_invoker=true']`),
    ).toEqual([]);
  });

  test('only trigger functions run with their owner’s rights, those that refresh or empty what only its owner may, and those that reach the tables that the owner connected', async () => {
    expect(
      await names(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and p.prosecdef and p.prorettype <> 'trigger'::regtype
        order by 1`),
    ).toEqual([
      'lead_sync.forget_changes(timestamp with time zone)',
      'lead_sync.note_source_problem(regclass,text)',
      'lead_sync.read_source(regclass,text[],integer,boolean)',
      'lead_sync.refresh_statistics()',
      'lead_sync.write_source(regclass,text,uuid,jsonb,jsonb)',
      'lead_sync.write_source_rows(regclass,jsonb)',
      'refresh_daily_summary()',
    ]);
    expect(
      await names(`select privilege_type as name from information_schema.role_table_grants
      where grantee = 'service_role' and table_schema = 'lead_sync' and table_name = 'sources'`),
    ).toEqual(['SELECT']);
  });

  test('no function builds SQL from text, but for those that mark what is ours and open it to roles, the edge replica, the sources and the adapters, whose tables are data, and the search for duplicates, whose extension lies where it lies, and the history, whose weeks are tables, the settings, whose columns are the list, and the look at all scores, whose rules are data', async () => {
    expect(
      await names(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace in ('public'::regnamespace, 'lead_sync'::regnamespace) and p.prosrc ~* '\\mexecute\\M(?!'')' -- the word alone in quotes names a right
        order by 1`),
    ).toEqual([
      'change_settings(jsonb)',
      'compare_edge_ranges(jsonb)',
      'compare_edge_rows(jsonb)',
      'enable_edge(jsonb)',
      'enable_outreach()',
      'get_edge_changes(jsonb)',
      'get_leads_to_repair(jsonb,text,uuid,integer)',
      'lead_sync.begin_syncing(text,text)',
      'lead_sync.check_rows(text,boolean,bigint,timestamp with time zone)',
      'lead_sync.claim_leads(jsonb,jsonb)',
      'lead_sync.close_edge_check(lead_sync.edge_runs,text)',
      'lead_sync.close_reconciliation(uuid)',
      'lead_sync.compare_due_leads(integer,text)',
      'lead_sync.compare_range(lead_sync.reconciliations,jsonb,uuid,uuid,timestamp with time zone,jsonb,timestamp with time zone)',
      'lead_sync.compare_with_before(text,jsonb)',
      'lead_sync.complete_comparison(uuid)',
      'lead_sync.connect_source(regclass,jsonb,boolean,boolean,text)',
      'lead_sync.describe_rows(uuid[])',
      'lead_sync.disconnect_source(regclass)',
      'lead_sync.edge_fill_page(lead_sync.edge_states)',
      'lead_sync.edge_ranges(lead_sync.edge_states,integer,integer)',
      'lead_sync.edge_unwatch(lead_sync.edge_states)',
      'lead_sync.edge_watch(lead_sync.edge_states)',
      'lead_sync.forget_changes(timestamp with time zone)',
      'lead_sync.forget_contact(uuid[],uuid[])',
      'lead_sync.grant_to_api_role()',
      'lead_sync.grant_to_service_role()',
      'lead_sync.halve_range(text,uuid,uuid,bigint)',
      'lead_sync.hand_over_rows(uuid,uuid,uuid[])',
      'lead_sync.impossible_rows(text)',
      'lead_sync.judge_emails(lead_sync.edge_states)',
      'lead_sync.keep_contact()',
      'lead_sync.leads_to_score(uuid[],integer)',
      'lead_sync.link_missed_rows(text)',
      'lead_sync.link_rows(text,uuid[])',
      'lead_sync.linked_rows(text,uuid[])',
      'lead_sync.lock_row_candidates(text,jsonb,uuid)',
      'lead_sync.lock_rows(text,uuid[])',
      'lead_sync.make_outreach_table(text,text)',
      'lead_sync.make_states(text,uuid[])',
      'lead_sync.mark_rows(text,jsonb)',
      'lead_sync.mark_what_is_new()',
      'lead_sync.match_rows(text,jsonb)',
      'lead_sync.next_due(text,integer,integer,integer)',
      'lead_sync.note_lead_write()',
      'lead_sync.note_missing_fields(text,jsonb)',
      'lead_sync.note_source_changes()',
      'lead_sync.open_reconciliation(uuid,jsonb)',
      'lead_sync.preview_rows(text,text,text,jsonb)',
      'lead_sync.preview_start(text,jsonb)',
      'lead_sync.preview_waiting(text,text)',
      'lead_sync.previewed_plan(text,uuid[],jsonb,integer)',
      'lead_sync.put_back(uuid[])',
      'lead_sync.queue_rows(text,uuid[])',
      'lead_sync.read_rows(text,uuid[])',
      'lead_sync.read_source(regclass,text[],integer,boolean)',
      'lead_sync.release_stale_claims(timestamp with time zone,text)',
      'lead_sync.rows_of_lead(uuid)',
      'lead_sync.rows_waiting(text,uuid[],jsonb)',
      'lead_sync.rows_without_person(text,uuid[])',
      'lead_sync.set_row_values(text,uuid,jsonb)',
      'lead_sync.stuck_leads(text,text)',
      'lead_sync.summarise_range(uuid,uuid,uuid,timestamp with time zone)',
      'lead_sync.turn_off_jit()',
      'lead_sync.wake_rows(text)',
      'lead_sync.watch_rows(text)',
      'lead_sync.write_edge_rows(lead_sync.edge_states,jsonb)',
      'lead_sync.write_rows(text,lead_sync.row_change[])',
      'lead_sync.write_source_row(text,jsonb,text,jsonb)',
      'replay_dead_letters(uuid[],text,integer)',
    ]);
  });

  test('every function of the API returns one jsonb, which PostgREST never cuts, but for the few short tables that people query', async () => {
    expect(
      await names(`
        select p.oid::regprocedure::text as name from pg_proc p
        where p.pronamespace = 'public'::regnamespace and (p.proretset or p.prorettype <> 'jsonb'::regtype)
        order by 1`),
    ).toEqual(['check_stale_leads()', 'check_sync_alerts()']);
  });

  test.each(['TEST_SUPABASE_SERVICE_KEY', 'TEST_SUPABASE_JWT'])(
    'the key in %s may use the functions',
    async (variable) => {
      const client = createClient(process.env.TEST_SUPABASE_URL ?? '', process.env[variable] ?? '', {
        auth: { persistSession: false },
      });
      const { data, error } = await client.rpc('get_leads_for_sync', { p_limit: 1 });
      expect(error).toBeNull();
      expect(data).toMatchObject({ claimed: 0 });
    },
  );

  test('the publishable key is refused with a permission error', async () => {
    const client = createClient(process.env.TEST_SUPABASE_URL ?? '', process.env.TEST_SUPABASE_ANON_KEY ?? '', {
      auth: { persistSession: false },
    });
    expect((await client.rpc('get_leads_for_sync', { p_limit: 1 })).error).toMatchObject({ code: '42501' });
    expect((await client.from('leads').select('id')).error).toMatchObject({ code: '42501' });
  });

  test('a site that a policy allows to insert leads, and nothing else, feeds the sync', async () => {
    await store.reset();
    await store.sql.query(`
      grant insert (email, first_name, additional_emails) on public.leads to anon;
      create policy site_inserts on public.leads for insert to anon with check (true)`);
    try {
      const site = createClient(process.env.TEST_SUPABASE_URL ?? '', process.env.TEST_SUPABASE_ANON_KEY ?? '', {
        auth: { persistSession: false },
      });
      const form = { email: 'ada@example.com', first_name: 'Ada', additional_emails: ['Ada.Home@example.com'] };
      expect((await site.from('leads').insert(form)).error).toBeNull();
      expect((await site.from('leads').select('id')).error).toMatchObject({ code: '42501' });
      expect(await store.claim()).toMatchObject({ claimed: 1, leads: [{ email: 'ada@example.com' }] });
    } finally {
      await store.sql.query(
        'drop policy site_inserts on public.leads; revoke insert (email, first_name, additional_emails) on public.leads from anon',
      );
    }
  });
});

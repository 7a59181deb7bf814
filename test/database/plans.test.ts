import { person, useStore } from './store';

/** A batch sets force_custom_plan, which whatever it calls would inherit: planning, once a row and function, took more time than all else. */
describe('a function that is called for each row is planned once', () => {
  const store = useStore('once');

  const plannedAnew = (which: string): Promise<unknown[]> =>
    store.rows(`
      select p.oid::regprocedure::text as name from pg_proc p
      where p.pronamespace = 'lead_sync'::regnamespace and ${which}
        and not coalesce(p.proconfig, '{}') @> array['plan_cache_mode=force_generic_plan']`);

  test('one of its arguments alone', async () => {
    expect(await plannedAnew(`p.provolatile = 'i' and p.prosrc ~ '\\mselect\\M'`)).toEqual([]);
  });

  test('one that looks into a table, whatever the batch', async () => {
    const names = ['lead_values', 'country_code', 'income_tier', 'shared_host', 'assess_lead', 'note_lead_write'];
    expect(await plannedAnew(`p.proname in ('${names.join("', '")}')`)).toEqual([]);
  });
});

/** Where PostgreSQL has one: it compiles for longer than what is called runs. */
describe('the just-in-time compiler', () => {
  const store = useStore('once');

  it('leaves alone what others call of us, and what their writes set off', async () => {
    const compiled = await store.rows(`
      select p.oid::regprocedure::text as name from pg_proc p
      where (p.pronamespace = 'public'::regnamespace or p.prorettype = 'trigger'::regtype and p.pronamespace = 'lead_sync'::regnamespace)
        and p.prolang in (select l.oid from pg_language l where l.lanname in ('sql', 'plpgsql'))
        and not coalesce(p.proconfig, '{}') @> '{jit=off}'`);
    expect(compiled).toEqual([]);
  });
});

describe('a change of many leads at once', () => {
  const store = useStore('once');

  it('is noted without each lead being compared with each other one, whatever the session wrote before', async () => {
    const slow = await store.rows(`
      select p.proname from pg_proc p
      where p.pronamespace = 'lead_sync'::regnamespace and p.prosrc ~ 'new_\\w+ as n\\s+join old_'
        and not coalesce(p.proconfig, '{}') @> array['enable_nestloop=off']`);
    expect(slow).toEqual([]);
  });
});

describe('a batch of one among many leads', () => {
  const store = useStore('once');
  beforeAll(async () => {
    await store.sql.query(`
      begin;
      set local session_replication_role = 'replica';
      insert into public.leads (first_name, email) select 'Ada', 'ada.' || i || '@example.com' from generate_series(1, 30000) as i;
      insert into lead_sync.lead_states (lead_id) select l.id from public.leads as l;
      insert into public.lead_touches (lead_id, source, external_id, kind, touched_at)
      select l.id, 'form', row_number() over (), 'form', now() from public.leads as l;
      commit`);
    await store.sql.query('vacuum analyze public.leads, lead_sync.lead_states, public.lead_touches');
  });
  afterEach(() => store.sql.query('rollback'));

  test.each([
    ['person', 'twenty', person({ email: 'ada.1@example.com', additional_emails: ['ada.2@example.com'] })],
    ['new person', 'twenty', person({ email: 'new@example.com' })],
    ['form', 'form', { email: 'ada.1@example.com', city: 'Paris' }],
    ['form with a touch', 'form', { email: 'ada.1@example.com', touch: { external_id: 'new' } }],
    ['form with a touch of before', 'form', { email: 'ada.1@example.com', touch: { external_id: '7' } }],
  ])('reads no table of leads from end to end: a %s', async (_what, source, lead) => {
    await store.sql.query('select pg_stat_force_next_flush()'); // of what was done before
    await store.sql.query('begin');
    await store.sql.query('select public.upsert_leads($1, $2)', [JSON.stringify([lead]), source]);

    const read = await store.rows(`select relname from pg_stat_xact_user_tables where seq_tup_read >= 30000`);

    expect(read).toEqual([]);
  });
});

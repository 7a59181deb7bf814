import { person, Store, useStore, written, type Claim, type DoorAnswer, type Json } from './store';

const LEADS = 50_000;

describe('statistics that were taken while many leads were being loaded', () => {
  const store = useStore();

  /** Calls a function as the API does, with the API's time limit. */
  async function call<T>(name: string, args: Json): Promise<T> {
    const list = Object.keys(args).map((key, index) => `${key} => $${index + 1}`);
    const values = Object.values(args).map((value) => (typeof value === 'string' ? value : JSON.stringify(value)));
    const { rows } = await store.sql.query<{ answer: T }>(
      `select public.${name}(${list.join(', ')}) as answer`,
      values,
    );
    return rows[0].answer;
  }

  test('say that there are none; claims, plans, completions, pages and intake keep within the API’s time limit', async () => {
    const tables = ['public.leads', 'lead_sync.lead_states'];
    for (const table of tables) await store.sql.query(`alter table ${table} set (autovacuum_enabled = false)`);
    const loader = await Store.open();
    await loader.sql.query('begin');
    await loader.sql.query(
      `insert into public.leads (email, first_name) select 'p' || i || '@example.com', 'P' || i from generate_series(1, $1) as i`,
      [LEADS],
    );
    for (const table of tables) await store.sql.query(`analyze ${table}`);
    await loader.sql.query('select pg_stat_force_next_flush()');
    await loader.sql.query('commit');
    await loader.close();
    await store.sql.query(`set role service_role; set statement_timeout = '8s'`);

    const { run, read_started_at } = await call<Json>('start_sync_run', {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
    });
    const compared = await call<Json>('compare_lead_ids', {
      p_run: run,
      p_records: Array.from({ length: 5_000 }, (_unused, index) => [
        `00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        ...Array.from({ length: 2 }, () => new Date().toISOString()),
        null,
      ]),
      p_page: { after: null, position: null, has_next: false },
      p_read_started_at: read_started_at,
    });
    const claim = await call<Claim>('get_leads_for_sync', { p_limit: 600 });
    const { writes } = await call<DoorAnswer>('upsert_leads', {
      p_leads: [],
      p_source: 'twenty',
      p_read_started_at: claim.read_started_at,
      p_claim_token: claim.claim_token,
    });
    const completed = await call<{ counts: Json }>('update_sync_status', {
      p_claim_token: claim.claim_token,
      p_results: writes.map((write) => written(write)),
    });
    const page = Array.from({ length: 1_000 }, (_unused, index) =>
      person({ email: `p${LEADS - index}@example.com`, job_title: 'CTO' }),
    );
    const merged = await call<DoorAnswer>('upsert_leads', { p_leads: page, p_source: 'twenty' });
    const again = await call<DoorAnswer>('upsert_leads', { p_leads: page, p_source: 'twenty' });
    const taken = await call<DoorAnswer>('upsert_leads', {
      p_leads: page.map(({ email }) => ({ email: String(email), city: 'Rome' })),
      p_source: 'form',
    });
    await store.sql.query('reset role; reset statement_timeout');

    expect(completed.counts).toMatchObject({ synced: 600 });
    expect(merged.counts).toMatchObject({ updated: 1_000 });
    expect(again.counts).toMatchObject({ unchanged: 1_000 });
    expect(taken.counts).toMatchObject({ updated: 1_000 });
    expect(compared).toMatchObject({ next: 'repair' });
  }, 120_000);
});

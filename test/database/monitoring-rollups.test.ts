import fc from 'fast-check';
import { connectDatabase } from '../setup/database';
import { person, useStore, type Json } from './store';

/** What the rollup says and what the tables say must be the same, whatever was written. */
describe('the counts that the writers keep', () => {
  const store = useStore();

  const counted = (): Promise<Json[]> =>
    store.rows(`
      select facet, key, sum(leads)::integer as leads, sum(scored)::integer as scored, sum(score)::float as score
      from lead_sync.lead_counts group by 1, 2 having sum(leads) <> 0 order by 1, 2`);

  const recounted = async (): Promise<Json[]> => {
    await store.sql.query('begin');
    await store.sql.query('select lead_sync.recount_leads()');
    const rows = await counted();
    await store.sql.query('rollback');
    return rows;
  };

  type Step = { do: 'insert' | 'score' | 'segment' | 'status' | 'delete' | 'fold'; n: number };
  const steps = fc.array(
    fc.record<Step>({
      do: fc.constantFrom('insert', 'score', 'segment', 'status', 'delete', 'fold'),
      n: fc.integer({ min: 0, max: 120 }),
    }),
    { minLength: 1, maxLength: 12 },
  );

  const SQL: Record<Step['do'], string> = {
    insert: `insert into public.leads (email, lead_score) select 'a' || i || '@example.com', nullif($1::integer * i % 130, 0) from generate_series(1, 7) as i`,
    score: `update public.leads set lead_score = nullif($1::integer, 60) where left(id::text, 1) < '8'`,
    segment: `update public.leads set segment_id = case when $1::integer % 2 = 0 then (select id from public.customer_segments) end where left(id::text, 1) > '4'`,
    status: `update public.leads set sync_status = (array['pending', 'syncing', 'synced', 'error'])[1 + $1::integer % 4] where left(id::text, 1) > 'a'`,
    delete: `delete from public.leads where left(id::text, 1) = left(to_hex($1::integer), 1)`,
    fold: `select lead_sync.fold_rollups(now() + make_interval(mins => $1::integer))`,
  };

  test('agree with the leads after any writes', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (script) => {
        await store.reset();
        await store.sql.query(`insert into public.customer_segments (segment_name) values ('Enterprise')`);
        for (const step of script) await store.sql.query(SQL[step.do], [step.n]);
        expect(await counted()).toEqual(await recounted());
      }),
      { numRuns: 15 },
    );
  });

  test('are gone with truncated leads', async () => {
    await store.addLead({ email: 'ada@example.com' });
    await store.sql.query('truncate public.leads cascade');
    expect(await counted()).toEqual([]);
  });

  test('stay right over a whole sync', async () => {
    await store.pull(Array.from({ length: 20 }, (_, i) => person({ email: `p${i}@example.com` })));
    await store.addLead({ email: 'new@example.com' });
    await store.plan(await store.claim(), []);
    expect(await counted()).toEqual(await recounted());
    expect(await store.rpc('get_sync_metrics')).toMatchObject({ leads: { total: 21, synced: 20, syncing: 1 } });
  });

  test('an uncommitted count of one worker makes no other one wait', async () => {
    const [first, second] = [await connectDatabase(), await connectDatabase()];
    try {
      for (const client of [first, second]) {
        await client.query(`begin; set local lock_timeout = '1s'`);
        await client.query(`insert into public.leads (email) values ('x@example.com')`);
        await client.query(
          `insert into public.lead_sync_history (sync_type, sync_direction, sync_status) values ('manual', 'bidirectional', 'synced')`,
        );
      }
      await store.sql.query('select lead_sync.fold_rollups(now())');
      for (const client of [first, second]) await client.query('commit');
    } finally {
      for (const client of [first, second]) await client.end();
    }
    expect(await counted()).toEqual(await recounted());
  });

  test('folding keeps what it folds: entries by hour and outcome, and the lag', async () => {
    await store.sql.query(`
      insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
      select gen_random_uuid(), 'scheduled_push', 'supabase_to_twenty', case when i % 10 = 0 then 'error' else 'synced' end,
        case when i % 10 = 0 then 'server: it broke' end, t.at - make_interval(secs => i), t.at
      from generate_series(1, 500) as i cross join lateral (select now() - make_interval(mins => i) as at) as t`);
    const dashboard = async (): Promise<Json> => {
      const { series, period } = await store.rpc<{ series: Json; period: Json }>('get_dashboard', { p_hours: 12 });
      return { series, period };
    };
    const before = await dashboard();
    const [{ rows }] = await store.rows<{ rows: number }>('select count(*)::integer as rows from lead_sync.activity');

    await store.sql.query('select lead_sync.fold_rollups(now())');

    expect(await dashboard()).toEqual(before);
    expect(before.period).toMatchObject({ failures: 50, by_category: { server: 50 } });
    const [{ fewer }] = await store.rows<{ fewer: number }>(
      'select count(*)::integer as fewer from lead_sync.activity',
    );
    expect(fewer).toBeLessThan(rows);
  });

  test('percentiles of the lag are within 6 % of the exact ones, and full resyncs do not spoil them', async () => {
    await store.sql.query(`
      insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, created_at, synced_at)
      select gen_random_uuid(), 'scheduled_push', 'supabase_to_twenty', 'synced', now() - make_interval(secs => i * i / 100.0), now()
      from generate_series(1, 1000) as i;
      with run as (
        insert into public.lead_sync_runs (direction, mode, trigger, lease_until) values ('twenty_to_supabase', 'full', 'manual', now()) returning id
      )
      insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, created_at)
      select gen_random_uuid(), run.id, 'manual', 'twenty_to_supabase', 'synced', now() - interval '2 years' from run, generate_series(1, 5000)`);
    const { lag_seconds: lag } = await store.rpc<{ lag_seconds: { p50: number; p95: number; leads: number } }>(
      'get_sync_metrics',
    );
    expect(lag.leads).toBe(1000);
    expect(Math.abs(lag.p50 / 2500 - 1)).toBeLessThan(0.065);
    expect(Math.abs(lag.p95 / 9025 - 1)).toBeLessThan(0.065);
  });

  test.each([
    ['auth: The key is wrong', 'auth'],
    ['permission: not allowed', 'auth'],
    ['rate_limit: wait', 'rate_limit'],
    ['not_found: gone', 'validation'],
    ['duplicate_of 0b7c9f86-0000-4000-8000-000000000000: merge them', 'conflict'],
    ['tombstone: the e-mail belongs to a deleted person', 'conflict'],
    ['timeout: no answer', 'network'],
    ['connect ECONNREFUSED 127.0.0.1:3000', 'network'],
    ['Twenty refused the API key (401)', 'auth'],
    ['Something else', 'server'],
    [null, 'server'],
  ])('%s is counted as %s', async (message, category) => {
    expect(await store.rows('select lead_sync.error_group($1) as category', [message])).toEqual([{ category }]);
  });
});

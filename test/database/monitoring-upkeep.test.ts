import { person, Store, useStore, type Json } from './store';
import { World } from './trouble/world';

const DAY_MS = 86_400_000;

describe('upkeep', () => {
  const store = useStore('once');
  beforeEach(() => new World(store).begin());

  /** History of so many rows a day, on the given days before today. */
  const history = async (days: number[], rows: number): Promise<void> => {
    await store.sql.query(
      `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, created_at, synced_at)
       select md5((i % 10)::text)::uuid, 'scheduled_push', 'supabase_to_twenty', 'synced', t.at, t.at
       from unnest($1::integer[]) as d (day), generate_series(1, $2) as i
       cross join lateral (select date_trunc('day', now(), 'utc') - make_interval(days => d.day) + make_interval(secs => i % 86400) as at) as t`,
      [days, rows],
    );
  };
  const count = async (table: string): Promise<number> =>
    (await store.rows<{ count: number }>(`select count(*)::integer as count from ${table}`))[0].count;
  const maintain = (args: Json = {}): Promise<Json> => store.rpc('run_sync_maintenance', args);

  describe('run_sync_maintenance', () => {
    test('archives whole days older than 30 days, and the daily summary keeps them', async () => {
      await history([1, 30, 31, 45], 12_000);
      expect(await maintain()).toMatchObject({ has_more: false, archived: 24_000, summary: { days: 4, days_left: 0 } });
      expect(await count('public.lead_sync_history')).toBe(24_000);
      expect(await count('lead_sync.history_archive')).toBe(24_000);
      const days = await store.rows('select sync_count, unique_leads from lead_sync_daily_summary');
      expect(days).toEqual(Array(4).fill({ sync_count: '12000', unique_leads: '10' }));
    });

    test('says when there is more to do, and finishes when called again', async () => {
      await history([40, 41, 42], 40_000);
      let calls = 0;
      let archived = 0;
      for (let answer: Json = { has_more: true }; answer.has_more; calls += 1) {
        answer = await maintain({ p_seconds: 0.5 });
        archived += Number(answer.archived);
      }
      expect(archived).toBe(120_000);
      expect(await count('public.lead_sync_history')).toBe(0);
    });

    test('is as fast when statistics were taken while the history was being filled, which say that it is empty', async () => {
      const other = await Store.open();
      await store.sql.query('begin');
      await history([40], 40_000);
      await other.sql.query('analyze public.lead_sync_history');
      await store.sql.query('commit');
      await other.close();
      expect(await maintain({ p_seconds: 7 })).toMatchObject({ has_more: false, archived: 40_000 });
    });

    test('keeps the days right when an entry of an archived day comes late', async () => {
      await history([40], 100);
      await maintain();
      await history([40], 1);
      await maintain();
      expect(await store.rows('select sync_count, unique_leads from lead_sync_daily_summary')).toEqual([
        { sync_count: '101', unique_leads: '10' },
      ]);
    });

    test('purges the archive by its own setting; the summary stays', async () => {
      await history([40], 100);
      await maintain();
      await store.sql.query('update lead_sync.settings set archive_days = 35');
      expect(await maintain()).toMatchObject({ purged: 100 });
      await maintain();
      expect(await store.rows('select sync_count from lead_sync_daily_summary')).toEqual([{ sync_count: '100' }]);
    });

    test('gives leads back that a dead push holds, and keeps what it was about to send', async () => {
      const id = await store.addLead({ email: 'ada@example.com', first_name: 'Ada' });
      await store.plan(await store.claim(), []);
      const soon = new Date(Date.now() + 3_600_000).toISOString();
      expect(await maintain({ p_now: new Date().toISOString() })).toMatchObject({ released_claims: 0 });
      expect(await maintain({ p_now: soon })).toMatchObject({ released_claims: 1 });
      expect(await store.lead(id)).toMatchObject({ sync_status: 'pending' });
      expect(await store.state(id)).toMatchObject({ claim_token: null, intent: { values: { first_name: 'Ada' } } });
    });

    test('cleans up weekly: resolved errors, old runs, closed conflicts, sent notifications', async () => {
      const ada = person({ email: 'ada@example.com' });
      await store.pull([ada]);
      const old = new Date(Date.now() - 100 * DAY_MS).toISOString();
      const week = new Date(Date.now() - 8 * DAY_MS).toISOString();
      await store.sql.query(
        `insert into public.lead_sync_history (lead_id, sync_type, sync_direction, sync_status, error_message, synced_at)
         values ($1, 'scheduled_push', 'supabase_to_twenty', 'error', 'server: it broke', $2)`,
        [ada.twenty_id, week],
      );
      await store.sql.query(
        `insert into public.lead_sync_runs (direction, mode, trigger, status, lease_until, started_at, finished_at)
         select 'supabase_to_twenty', 'delta', 'scheduled', 'succeeded', $1, $1::timestamptz + make_interval(mins => i), $1 from generate_series(1, 3) as i`,
        [old],
      );
      await store.sql.query(
        `insert into public.lead_sync_conflicts (lead_id, field, winner, reason, created_at, resolved_at, resolution)
         values ($1, 'phone', 'twenty', 'both changed', $2, $2, 'neither'), ($1, 'phone', 'twenty', 'both changed', $2, null, null)`,
        [ada.twenty_id, old],
      );
      expect(await maintain()).toMatchObject({ cleanup: { resolved_errors: 1, runs: 2, conflicts: 1 } });
      expect(await maintain()).toMatchObject({ cleanup: null });
      expect(await maintain({ p_cleanup: true })).toMatchObject({ cleanup: { resolved_errors: 0 } });
      expect(await count('public.lead_sync_runs')).toBe(1);
      expect(await count('public.lead_sync_conflicts')).toBe(1);
    });

    test('a time that no call may take is refused', async () => {
      await expect(maintain({ p_seconds: 90 })).rejects.toMatchObject({ code: '22023' });
    });
  });

  describe('check_sync_integrity', () => {
    type Report = {
      ok: boolean;
      fixed: number;
      checks: Array<{ check: string; ok: boolean; found: number; fixed: number }>;
    };
    const check = (args: Json = {}): Promise<Report> => store.rpc<Report>('check_sync_integrity', args);
    const bad = ({ checks }: Report): string[] => checks.filter(({ ok }) => !ok).map((line) => line.check);

    test('finds nothing in a healthy store', async () => {
      await store.pull(Array.from({ length: 5 }, (_, i) => person({ email: `p${i}@example.com` })));
      await store.addLead({ email: 'new@example.com' });
      expect(await check({ p_twenty_people: 5 })).toMatchObject({ ok: true, fixed: 0 });
    });

    test('repairs impossible states by queueing a fresh compare, and only when told to', async () => {
      const people = Array.from({ length: 4 }, (_, i) => person({ email: `p${i}@example.com` }));
      await store.pull(people);
      const [queued, lost, stateless] = people.map(({ twenty_id }) => twenty_id);
      await store.sql.query(`begin; set local lead_sync.engine = 'on'`);
      await store.sql.query(`update lead_sync.lead_states set due_at = now() where lead_id = $1`, [queued]);
      await store.sql.query(`update public.leads set sync_status = 'pending' where id = $1`, [lost]);
      await store.sql.query(`delete from lead_sync.lead_states where lead_id = $1`, [stateless]);
      await store.sql.query('commit');

      expect(bad(await check())).toEqual(['stateless', 'impossible']);
      expect(await check({ p_fix: true })).toMatchObject({ ok: false, fixed: 3 });
      expect(await check()).toMatchObject({ ok: true });
      const claim = await store.claim();
      expect(claim.claimed).toBe(3);
      await store.plan(claim, people);
      expect(await store.rows(`select count(*)::integer as count from leads where sync_status = 'synced'`)).toEqual([
        { count: 4 },
      ]);
    });

    test('counts that are off by more than 50 are worked out anew', async () => {
      await store.pull(Array.from({ length: 60 }, (_, i) => person({ email: `p${i}@example.com` })));
      await store.sql.query(`delete from lead_sync.lead_counts`);
      expect(bad(await check())).toEqual(['counts']);
      expect((await check({ p_fix: true })).fixed).toBe(60);
      expect(await store.rpc('get_sync_metrics')).toMatchObject({ leads: { synced: 60, total: 60 } });
    });

    describe('after a reconciliation', () => {
      const live = Array.from({ length: 5 }, () => person());
      const gone = Array.from({ length: 55 }, () => person());

      /** Compares all ids of Twenty with the leads, and ends the run so. */
      const reconcile = async (people: Json[], status = 'succeeded'): Promise<void> => {
        const { run } = await store.rpc<{ run: Json }>('start_sync_run', {
          p_direction: 'bidirectional',
          p_mode: 'reconcile',
        });
        const records = people.map((p) => [p.twenty_id, p.twenty_created_at, p.twenty_updated_at, p.twenty_deleted_at]);
        await store.rpc('compare_lead_ids', {
          p_run: run,
          p_records: records.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
          p_page: { after: null, position: 'end', has_next: false },
          p_read_started_at: await store.now(),
        });
        await store.rpc('finish_sync_run', { p_run: run, p_status: status });
      };
      const deleted = gone.map((p) => ({ ...p, twenty_deleted_at: '2026-01-02T00:00:00.000Z' }));

      test('people deleted on both sides are not missed', async () => {
        await store.pull([...live, ...gone]);
        await store.pull([...live, ...deleted]);
        await reconcile([...live, ...deleted]);
        expect(await store.rpc('get_sync_metrics')).toMatchObject({ drift: { compared: 60, compared_live: 5 } });
        expect(await check()).toMatchObject({ ok: true });
      });

      test('live people without a lead are', async () => {
        await store.pull(live);
        await reconcile([...live, ...gone]);
        expect(bad(await check())).toEqual(['twenty_count']);
      });

      test('where deletion does not travel both ways, people are not counted', async () => {
        await store.sql.query(`update lead_sync.field_mappings set enabled = false where lead_field = 'deleted'`);
        await store.pull([...live, ...gone]);
        await reconcile([...live, ...deleted]);
        expect((await check()).checks.map((line) => line.check)).not.toContain('twenty_count');
      });

      test('people are not counted by a run that failed or did not count them', async () => {
        await store.pull(live);
        await reconcile([...live, ...gone], 'failed');
        expect((await check()).checks.map((line) => line.check)).not.toContain('twenty_count');
        await reconcile([...live, ...gone]);
        await store.sql.query(`update lead_sync_runs set figures = figures - 'compared_live'`);
        expect((await check()).checks.map((line) => line.check)).not.toContain('twenty_count');
      });
    });

    test('reports what only a human can settle: people missing, duplicates, a backlog', async () => {
      await store.pull([person({ email: 'a@example.com' }), person({ email: 'b@example.com' })]);
      await store.sql.query(`insert into leads (email) select 'a@example.com' from generate_series(1, 101)`);
      await store.sql.query(
        `update lead_sync.lead_states set due_since = now() - interval '2 hours' where due_at is not null`,
      );
      const report = await check({ p_fix: true, p_twenty_people: 100 });
      expect(bad(report)).toEqual(['twenty_count', 'backlog', 'duplicates']);
      expect(report.fixed).toBe(0);
      expect(
        await store.rows(`select result ->> 'ok' as ok from lead_sync.maintenance_tasks where task = 'integrity'`),
      ).toEqual([{ ok: 'false' }]);
    });
  });

  test('the dashboard shows what needs a look, and counts neither runs as leads nor deleted leads by segment and score', async () => {
    const ada = person({ first_name: 'Ada', last_name: 'Lovelace', email: 'ada@example.com' });
    await store.pull([ada]);
    await store.sql.query(`update leads set lead_score = 55 where id = $1`, [ada.twenty_id]);
    const dashboard = await store.rpc<Json & { series: Json[]; scores: Json[] }>('get_dashboard', { p_hours: 6 });
    expect(dashboard.series).toHaveLength(7);
    expect(dashboard.series.at(-1)).toMatchObject({ to_supabase: 1 });
    expect(dashboard).toMatchObject({
      metrics: { leads: { total: 1 } },
      period: { attempts: 1, failures: 0, success_percent: 100 },
      activity: [{ lead_name: 'Ada Lovelace', email: 'ada@example.com' }],
      segments: [{ segment: null, leads: 1, average_score: 55 }],
      unscored: 0,
    });
    expect(dashboard.scores[5]).toEqual({ from: 50, to: 60, leads: 1 });

    const { run } = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    await store.rpc('finish_sync_run', { p_run: run });
    const deleted = await store.addLead({ email: 'grace@example.com', lead_score: 15 });
    await store.editLead(deleted, { deleted_at: new Date() });
    const later = await store.rpc<Json & { series: Json[] }>('get_dashboard', { p_hours: 6 });
    expect(later.series.at(-1)).toMatchObject({ to_supabase: 1, failures: 0 });
    expect(later).toMatchObject({
      segments: [{ segment: null, leads: 1, average_score: 55 }],
      scores: dashboard.scores,
    });
    await expect(store.rpc('get_dashboard', { p_hours: 0 })).rejects.toMatchObject({ code: '22023' });
  });
});

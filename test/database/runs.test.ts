import { SCHEMA_VERSION } from '../../nodes/SupabaseLeads/schema-version';
import { person, useStore, type Json } from './store';

interface Started extends Json {
  started: boolean;
  run: { id: string; token: string };
  mode: string;
  resumed: boolean;
  window: { from: string | null; until: string | null };
  position: string | null;
  read_started_at: string;
}

interface Finished {
  finished: boolean;
  reason?: string;
  run: Json & { figures: Json };
}

describe('sync runs', () => {
  const store = useStore();

  const start = (args: Json = {}) =>
    store.rpc<Started>('start_sync_run', { p_direction: 'twenty_to_supabase', ...args });
  const finish = (started: Started, args: Json = {}) =>
    store.rpc<Finished>('finish_sync_run', { p_run: started.run, ...args });
  const page = (
    started: Started,
    position: string | null,
    hasNext: boolean,
    until = '2026-11-01T10:00:00Z',
    snapshots: Json[] = [],
  ) =>
    store.rpc('upsert_leads', {
      p_leads: snapshots,
      p_source: 'twenty',
      p_run: { ...started.run, calls: 1 },
      p_page: { from: started.window.from, until, position, has_next: hasNext },
    });
  const cursor = async () => (await store.rows<{ cursor: Date | null } & Json>('select * from lead_sync.cursors'))[0];
  const expire = () =>
    store.sql.query(
      `update public.lead_sync_runs set lease_until = now() - interval '1 second' where status = 'running'`,
    );

  test('the first run is full, the next reads from the cursor less the overlap', async () => {
    const first = await start();
    expect(first).toMatchObject({
      started: true,
      mode: 'full',
      resumed: false,
      window: { from: null, until: null },
      position: null,
      object: 'person',
      schema_version: SCHEMA_VERSION,
    });
    await page(first, 'end', false);
    await finish(first);

    const second = await start();
    expect(second).toMatchObject({ mode: 'delta', resumed: false });
    expect(Date.parse(second.window.from ?? '')).toBe(Date.parse('2026-11-01T09:58:00Z'));
  });

  test('one run of a direction at a time; the other direction is free', async () => {
    await start();
    expect(await start()).toMatchObject({ started: false, reason: expect.stringContaining('active since') });
    expect(await start({ p_direction: 'supabase_to_twenty' })).toMatchObject({ started: true });
  });

  test('ten starts at once make one run', async () => {
    const answers = await Promise.all(Array.from({ length: 10 }, () => start()));
    expect(answers.filter((a) => a.started)).toHaveLength(1);
  });

  test('a crash resumes the window where its last stored page ended, with the bound of its first page', async () => {
    const first = await start();
    await page(first, 'after-1', true, '2026-11-01T10:00:00Z');
    await page(first, 'after-2', true, '2026-11-01T10:30:00Z');
    await expire();

    const second = await start();
    expect(second).toMatchObject({ started: true, resumed: true, mode: 'full', position: 'after-2' });
    expect(Date.parse(second.window.until ?? '')).toBe(Date.parse('2026-11-01T10:00:00Z'));
    await page(second, 'end', false, '2026-11-01T11:00:00Z');
    expect((await cursor()).cursor?.toISOString()).toBe('2026-11-01T10:00:00.000Z');
  });

  test('a page or finish of a run that lost its lease is refused and changes nothing', async () => {
    const late = await start();
    await page(late, 'after-1', true);
    await expire();
    const fresh = await start();
    const ada = person({ first_name: 'Ada' });
    await expect(page(late, 'after-9', false, '2026-12-01T00:00:00Z', [ada])).rejects.toMatchObject({
      code: 'PT409',
      hint: expect.stringContaining('Stop this run'),
    });
    expect(await finish(late)).toMatchObject({ finished: false });
    expect(await cursor()).toMatchObject({ cursor: null, position: 'after-1' });
    expect(await store.rows('select id from public.leads')).toEqual([]);
    expect(await finish(fresh)).toMatchObject({ finished: true });
  });

  test('a page that fails to merge does not move the position', async () => {
    const first = await start();
    await page(first, 'after-1', true);
    await expect(
      store.pull('not an array' as unknown as Json[], {
        p_run: first.run,
        p_page: { until: '2026-11-01T10:00:00Z', position: 'after-2', has_next: true },
      }),
    ).rejects.toMatchObject({ code: '22023' });
    expect(await cursor()).toMatchObject({ position: 'after-1' });
  });

  test('the bound is as much earlier as the first page was read later than its read counts as begun', async () => {
    const run = await start();
    const { rows } = await store.sql.query("select now() - interval '400 s' as began");
    await store.pull([], {
      p_read_started_at: (rows[0].began as Date).toISOString(),
      p_run: { ...run.run, calls: 1 },
      p_page: { from: null, until: '2026-11-01T10:00:00Z', position: null, has_next: false },
    });

    const stored = (await cursor()).cursor?.getTime() ?? 0;
    expect(Date.parse('2026-11-01T10:00:00Z') - stored).toBeGreaterThanOrEqual(400_000);
    expect(Date.parse('2026-11-01T10:00:00Z') - stored).toBeLessThan(410_000);
  });

  test('the cursor never goes back', async () => {
    for (const until of ['2026-11-05T00:00:00Z', '2026-11-03T00:00:00Z']) {
      const run = await start();
      await page(run, 'end', false, until);
      await finish(run);
    }
    expect((await cursor()).cursor?.toISOString()).toBe('2026-11-05T00:00:00.000Z');
  });

  test('a full run on request reads everything again and drops an unfinished delta', async () => {
    const first = await start();
    await page(first, 'end', false);
    await finish(first);
    const delta = await start();
    await page(delta, 'after-1', true);
    await finish(delta, { p_status: 'failed', p_error: 'Twenty was down' });
    expect(await start({ p_mode: 'full' })).toMatchObject({
      mode: 'full',
      resumed: false,
      position: null,
      window: { from: null },
    });
  });

  test('a finished run tells its figures and leaves a history row of its own', async () => {
    const run = await start({ p_trigger: 'manual' });
    await page(run, 'after-1', true, undefined, [person({ first_name: 'Ada' }), person({ first_name: 'Eve' })]);
    await page(run, 'end', false, undefined, [person({ first_name: 'Bob' })]);
    const { run: finished } = await finish(run);
    expect(finished).toMatchObject({
      status: 'succeeded',
      figures: { pages: 2, read: 3, created: 3, updated: 0, conflicts: 0, twenty_calls: 2 },
    });
    expect(finished).not.toHaveProperty('token');
    expect(
      await store.rows(
        'select lead_id, sync_type, sync_status from public.lead_sync_history where run_id = $1 and lead_id is null',
        [run.run.id],
      ),
    ).toEqual([{ lead_id: null, sync_type: 'manual', sync_status: 'synced' }]);
  });

  test('note what Twenty allows by now, which the monitor compares the calls with', async () => {
    const budget = async (): Promise<unknown> => {
      const { twenty_calls } = await store.rpc<{ twenty_calls: Json }>('get_sync_metrics', {});
      return twenty_calls.budget;
    };
    expect(await budget()).toBe(100 * 60);
    const started = await start();
    for (const calls_per_minute of [100, 48]) {
      await store.pull([person({})], { p_run: { ...started.run, calls: 3, calls_per_minute } });
    }

    const { run } = await finish(started);

    expect(run.figures).toMatchObject({ twenty_calls: 6, twenty_calls_per_minute: 48 });
    expect(await budget()).toBe(48 * 60);
  });

  test('a finish that comes twice is answered twice and leaves one history row', async () => {
    const run = await start();
    const first = await finish(run);
    const second = await finish(run);

    expect(second).toEqual(first);
    expect(await finish(run, { p_status: 'failed' })).toMatchObject({ finished: false });
    expect(
      await store.rows('select sync_status from public.lead_sync_history where run_id = $1', [run.run.id]),
    ).toEqual([{ sync_status: 'synced' }]);
  });

  test('a running run shows how far it is, and when it will have ended at this pace', async () => {
    const run = await start();
    await store.pull([], { p_run: { ...run.run, progress: 0.25 } });
    await store.pull([], { p_run: run.run });
    await store.sql.query("update public.lead_sync_runs set started_at = now() - interval '1 minute'");

    const { rows } = await store.sql.query<{ progress: number; left: number }>(
      `select r -> 'progress' as progress, extract(epoch from (r ->> 'estimated_end')::timestamptz - now())::integer as left
       from jsonb_array_elements(public.get_dashboard(24, now()) -> 'runs') as r`,
    );

    expect(rows).toEqual([{ progress: 0.25, left: 180 }]);
    await finish(run);
    const [{ done }] = await store.rows<{ done: Json }>("select public.get_dashboard() #> '{runs,0}' as done");
    expect(done).toMatchObject({ status: 'succeeded', estimated_end: null });
  });

  test('missing Twenty fields are among the run’s warnings, with what to do', async () => {
    const run = await start();
    await store.pull([], { p_run: run.run, p_missing_fields: ['leadScore', 'city'] });
    const { run: finished } = await finish(run);
    expect(finished.warnings).toEqual([expect.stringContaining('city, leadScore')]);
  });

  test('an object without a mapping is refused with what to do', async () => {
    await expect(start({ p_options: { object: 'invoice' } })).rejects.toMatchObject({
      code: '22023',
      hint: expect.stringContaining('field_mappings'),
    });
  });

  test.each([
    [{ p_direction: 'sideways' }, 'p_direction must be'],
    [{ p_mode: 'some' }, 'p_mode must be'],
    [{ p_trigger: 'moon' }, 'p_trigger must be'],
    [{ p_direction: 'supabase_to_twenty', p_mode: 'full' }, 'no full mode'],
  ])('a malformed start %j is refused with what is allowed', async (args, message) => {
    await expect(start(args)).rejects.toMatchObject({ code: '22023', message: expect.stringContaining(message) });
  });

  test('a run’s own policy overrides the fields’', async () => {
    const ada = person({ first_name: 'Ada' });
    await store.pull([ada]);
    const run = await start({ p_options: { policy: 'twenty_wins' } });
    await store.editLead(ada.twenty_id, { first_name: 'Local' });
    await page(run, 'end', false, undefined, [{ ...ada, first_name: 'Remote' }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Remote' });
  });
});

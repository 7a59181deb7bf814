import { randomUUID } from 'node:crypto';
import { useStore, type Json } from './store';

interface Runs {
  runs: Array<Json & { id: string }>;
  has_next: boolean;
  position: string | null;
}

describe('runs at the console', () => {
  const store = useStore();

  const start = async (p_options?: Json): Promise<Json & { id: string; token: string }> =>
    (
      await store.rpc<{ run: Json & { id: string; token: string } }>('start_sync_run', {
        p_direction: 'twenty_to_supabase',
        p_trigger: 'manual',
        ...(p_options === undefined ? {} : { p_options }),
      })
    ).run;

  it('come in pages, the newest first, all or those of a state', async () => {
    for (let i = 0; i < 3; i += 1)
      await store.rpc('finish_sync_run', { p_run: await start(), p_status: i === 1 ? 'failed' : 'succeeded' });
    const first = await store.rpc<Runs>('get_sync_runs', { p_limit: 2 });
    const rest = await store.rpc<Runs>('get_sync_runs', { p_limit: 2, p_position: first.position });

    expect([first, rest].map(({ runs }) => runs.map(({ status }) => status))).toEqual([
      ['succeeded', 'failed'],
      ['succeeded'],
    ]);
    expect(rest).toMatchObject({ has_next: false, position: null });
    expect((await store.rpc<Runs>('get_sync_runs', { p_status: 'failed' })).runs).toHaveLength(1);
    expect(first.runs[0]).not.toHaveProperty('token');
  });

  it('name the object that their rows are of where that is another than leads', async () => {
    await store.rpc('finish_sync_run', { p_run: await start({ object: 'opportunity' }) });
    await store.rpc('finish_sync_run', { p_run: await start() });

    expect((await store.rpc<Runs>('get_sync_runs', {})).runs).toMatchObject([
      { object: 'person', rows_of: null },
      { object: 'opportunity', rows_of: 'opportunity' },
    ]);
  });

  it('tell of one what failed in it, and how much of it can be undone', async () => {
    const ada = await store.linked({ job_title: 'Engineer' });
    const run = await start();
    await store.pull([{ ...ada, job_title: 'Director', city: 'Oslo' }], { p_run: run });
    await store.sql.query(
      `insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, error_message)
       values ($1, $2, 'scheduled_pull', 'twenty_to_supabase', 'error', 'Too long')`,
      [ada.twenty_id, run.id],
    );

    expect(await store.rpc('get_sync_run', { p_run_id: run.id })).toMatchObject({
      run: { status: 'running', is_alive: true },
      errors: [{ error: 'Too long', leads: 1, lead_id: ada.twenty_id }],
      changed: { leads: 1, values: 2 },
    });
    await expect(store.rpc('get_sync_run', { p_run_id: randomUUID() })).rejects.toThrow('There is no run');
  });

  it('are stopped from here: what is stored stays, the run’s next call is refused, another one can start', async () => {
    const ada = await store.linked({ job_title: 'Engineer' });
    const run = await start();
    await store.pull([{ ...ada, job_title: 'Director' }], { p_run: run });

    expect(await store.rpc('stop_sync_run', { p_run_id: run.id })).toMatchObject({
      stopped: true,
      run: { status: 'stopped', error: 'Stopped by service_role', is_alive: false },
    });

    await expect(store.pull([{ ...ada, job_title: 'Chair' }], { p_run: run })).rejects.toMatchObject({ code: 'PT409' });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'Director' });
    expect((await start()).id).not.toBe(run.id);
    expect(await store.rpc('stop_sync_run', { p_run_id: run.id })).toMatchObject({ stopped: false });
    expect((await store.rpc<{ entries: Json[] }>('get_audit_log', { p_action: 'stop' })).entries).toHaveLength(1);
  });

  it.each([
    [{ p_status: 'dead' }, 'p_status must be'],
    [{ p_limit: 0 }, 'p_limit must be'],
    [{ p_position: "' or 1=1" }, 'the page before'],
  ])('refuse %j', async (args, message) => {
    await expect(store.rpc('get_sync_runs', args)).rejects.toThrow(message);
  });
});

import { failed, person, useStore, type Completion, type Json } from './store';

interface Started extends Json {
  settings: { default_country: string; strict: boolean };
}

describe('strict pushes', () => {
  const store = useStore();

  const start = async (options?: Json) => {
    const started = await store.rpc<Started>('start_sync_run', {
      p_direction: 'supabase_to_twenty',
      p_options: options ?? {},
    });
    await store.sql.query('delete from public.lead_sync_runs');
    return started.settings.strict;
  };

  test('are off until the settings or a run’s options turn them on', async () => {
    expect(await start()).toBe(false);
    expect(await start({ strict: true })).toBe(true);
    await store.sql.query('update lead_sync.settings set strict = true');
    expect(await start()).toBe(true);
    expect(await start({ strict: null })).toBe(true);
    expect(await start({ strict: false })).toBe(false);
  });

  test('anything but true or false is refused', async () => {
    await expect(start({ strict: 'yes' })).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('true or false') as string,
    });
  });

  /** A push that finds its person changed since the read. */
  async function overtaken(snapshot: Json): Promise<Completion> {
    const { claim, writes } = await store.beginPush([snapshot]);
    return await store.complete(claim, [failed(writes[0], 'conflict', 'changed', 'changed since')]);
  }

  test('a lead whose person had changed is due again at once, without an error', async () => {
    await store.sql.query('update lead_sync.settings set max_attempts = 1');
    const ada = person({ first_name: 'Ada', job_title: null });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { first_name: 'Augusta' });

    const done = await overtaken(ada);

    expect(done.results).toMatchObject([{ sync_status: 'pending', dead: false }]);
    expect(done.counts).toMatchObject({ changed: 1, error: 0, pending: 1 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_error_count: 0 });
    expect(await store.state(ada.twenty_id)).toMatchObject({ intent: null });
    expect(await store.rows(`select id from public.lead_sync_history where sync_status = 'error'`)).toEqual([]);

    const claim = await store.claim();
    const plan = await store.plan(claim, [{ ...ada, job_title: 'Theirs' }]);
    expect(plan.writes).toMatchObject([{ values: { first_name: 'Augusta' } }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'Theirs' });
  });

  test('a person that changes all the time makes its lead wait longer and longer', async () => {
    const ada = person({ first_name: 'Ada' });
    await store.pull([ada]);
    await store.editLead(ada.twenty_id, { first_name: 'Augusta' });
    await overtaken(ada);
    const again = await overtaken(ada);
    expect(Date.parse(again.results[0].next_attempt_at ?? '') - Date.now()).toBeGreaterThan(60_000);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
  });
});

import { Crash } from './harness';
import { setSync, syncItems, useStage } from './stage';

const stage = useStage();

const FULL = setSync({ mode: 'full', pageSize: 2 });

/** What a user runs in SQL after stopping an execution, to have its run closed at once. */
const closeRun = (): Promise<unknown> =>
  stage.database.query(`
    select public.finish_sync_run(jsonb_build_object('id', id, 'token', token), 'stopped')
    from public.lead_sync_runs where direction = 'twenty_to_supabase' and status = 'running'`);

describe('a full resync', () => {
  it('that was stopped goes on where it stopped, with the next scheduled run, and loses nothing', async () => {
    const ids = stage.addPeople('a', 'b', 'c', 'd', 'e', 'f').sort();
    await stage.pull();
    await expect(
      stage.pull({ edit: FULL, interrupt: { before: /upsert_leads/, nth: 3, by: 'crash' } }),
    ).rejects.toThrow(Crash);
    await closeRun();
    stage.twenty.store.update('people', ids[0], { jobTitle: 'Read before the stop' });
    stage.twenty.store.update('people', ids[5], { jobTitle: 'Not read yet' });
    await stage.database.query("update public.leads set first_name = 'Local' where twenty_id = $1", [ids[5]]);
    const late = stage.addPerson('late@example.com', 'late');
    stage.twenty.stats.reset();

    await stage.pull({ from: 'Every 15 minutes' });
    await stage.pull({ from: 'Every 15 minutes' });

    const [, stopped, resumed, delta] = await stage.runs();
    expect(stopped).toMatchObject({ mode: 'full', status: 'stopped', figures: { read: 4 } });
    expect(resumed).toMatchObject({ mode: 'full', status: 'succeeded', resumed: true });
    expect(resumed.figures.read).toBeLessThanOrEqual(3);
    expect(delta).toMatchObject({ mode: 'delta', status: 'succeeded', resumed: false });
    const leads = new Map((await stage.leads()).map((lead) => [lead.twenty_id, lead]));
    expect(leads.get(ids[0])?.job_title).toBe('Read before the stop');
    expect(leads.get(ids[5])).toMatchObject({ job_title: 'Not read yet', first_name: 'Local', sync_status: 'pending' });
    expect(leads.has(late)).toBe(true);
    expect(leads.size).toBe(7);
  });

  it('goes on by itself when the lease of a run that was only killed has ended', async () => {
    stage.addPeople('a', 'b', 'c', 'd');
    await stage.pull();
    await expect(
      stage.pull({ edit: FULL, interrupt: { before: /upsert_leads/, nth: 2, by: 'crash' } }),
    ).rejects.toThrow(Crash);
    expect(syncItems(await stage.pull())).toMatchObject([{ started: false }]);
    await stage.endLeases();

    await stage.pull();

    expect((await stage.runs()).map(({ mode, status }) => `${mode} ${status}`)).toEqual([
      'full succeeded',
      'full expired',
      'full succeeded',
    ]);
  });
});

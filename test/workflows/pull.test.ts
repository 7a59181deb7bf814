import { Crash } from './harness';
import { setSync, syncItems, useStage } from './stage';

const stage = useStage();

const emails = async (): Promise<Array<string | null>> => (await stage.leads()).map(({ email }) => email);

describe('Twenty to Supabase lead sync', () => {
  it('reads everything first, and only what changed after that', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    stage.addPerson('grace@example.com', 'Grace');
    await stage.pull();
    expect(await emails()).toEqual(['ada@example.com', 'grace@example.com']);

    await stage.database.query("update lead_sync.cursors set cursor = now() + interval '1 minute'");
    await stage.database.query("update lead_sync.settings set overlap = '0 s'");
    stage.twenty.store.insert('people', [
      {
        name: { firstName: 'Late' },
        emails: { primaryEmail: 'late@example.com' },
        updatedAt: '2099-01-01T00:00:00.000Z',
      },
    ]);
    const run = await stage.pull({ from: 'Every 15 minutes' });

    expect(run.status).toBe('success');
    expect(await emails()).toEqual(['ada@example.com', 'grace@example.com', 'late@example.com']);
    const [first, second] = await stage.runs();
    expect(first).toMatchObject({
      mode: 'full',
      status: 'succeeded',
      trigger: 'manual',
      figures: { read: 2, created: 2 },
    });
    expect(second).toMatchObject({
      mode: 'delta',
      status: 'succeeded',
      trigger: 'scheduled',
      figures: { read: 1, created: 1 },
    });
    expect((await stage.leads())[0].twenty_id).toBe(ada);
  });

  it('reads page after page and keeps no lead in memory', async () => {
    stage.addPeople('a', 'b', 'c', 'd', 'e');

    const run = await stage.pull({ edit: setSync({ pageSize: 2 }) });

    expect(syncItems(run)).toMatchObject([
      { started: true, status: 'succeeded', more_due: false, figures: { pages: 3 } },
    ]);
    expect(await emails()).toHaveLength(5);
    expect(stage.twenty.stats.byOperation.people).toBe(3);
    expect(run.kept).not.toContain('@example.com');
    expect((await stage.runs())[0].figures).toMatchObject({ pages: 3, read: 5, twenty_calls: 3 });
  });

  it('reads everything again when the node says so', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();

    await stage.pull({ edit: setSync({ mode: 'full' }) });

    expect((await stage.runs())[1]).toMatchObject({ mode: 'full', figures: { read: 1, unchanged: 1 } });
  });

  it('goes on where a killed run had stored its last page', async () => {
    stage.addPeople('a', 'b', 'c', 'd', 'e', 'f');
    await expect(
      stage.pull({ edit: setSync({ pageSize: 2 }), interrupt: { before: /upsert_leads/, nth: 3, by: 'crash' } }),
    ).rejects.toThrow(Crash);
    expect(await stage.leads()).toHaveLength(4);
    await stage.endLeases();
    stage.twenty.stats.reset();

    const run = await stage.pull({ edit: setSync({ pageSize: 2 }) });

    expect(run.status).toBe('success');
    expect(await stage.leads()).toHaveLength(6);
    expect(stage.twenty.stats.byOperation.people).toBe(1);
    const [killed, resumed] = await stage.runs();
    expect(killed.status).toBe('expired');
    expect(resumed).toMatchObject({ resumed: true, mode: 'full', status: 'succeeded', figures: { read: 2 } });
  });

  it('ends quietly while another run is active', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    await stage.database.query("select public.start_sync_run('twenty_to_supabase')");

    const run = await stage.pull();

    expect(run.status).toBe('success');
    expect(syncItems(run)).toEqual([
      { started: false, reason: expect.stringMatching(/has been active since/), active_run: expect.anything() },
    ]);
    expect(stage.twenty.stats.calls).toBe(0);
  });

  it('outlives a connection that breaks in the middle of an answer', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    stage.twenty.faults.push({ kind: 'cut-body', match: { operation: 'people' } });

    const run = await stage.pull();

    expect(run.status).toBe('success');
    expect(await emails()).toEqual(['ada@example.com']);
  });
});

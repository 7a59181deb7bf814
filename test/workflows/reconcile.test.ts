import { type RunRow, setSync, syncItems, useStage } from './stage';
import { withAlerts } from './telling';

const stage = useStage();

beforeEach(async () => {
  await stage.database.query("update lead_sync.settings set absence_allowance = '0 s'");
});

const names = async (): Promise<Array<string | null>> => (await stage.leads()).map(({ first_name }) => first_name);

async function lastRun(): Promise<RunRow> {
  const run = (await stage.runs()).at(-1);
  if (!run) throw new Error('No run was recorded');
  return run;
}

/** Writes as a bulk load does that switches triggers off. */
async function withoutTriggers(sql: string): Promise<void> {
  await stage.database.query(`begin; set local session_replication_role = 'replica'; ${sql}; commit`);
}

const merge = async (ids: string[]): Promise<void> => {
  const response = await fetch(`${stage.twenty.url}/rest/people/merge`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${stage.twenty.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ ids, conflictPriorityIndex: 0 }),
  });
  expect(response.status).toBe(200);
};

describe('Lead sync reconcile', () => {
  it('finds nothing and reads nobody when both sides are equal', async () => {
    stage.addPeople('a', 'b', 'c');
    await stage.addLeads({ email: 'd@example.com', firstName: 'd' });
    await stage.pull();
    await stage.push();
    stage.twenty.stats.reset();

    const run = await stage.reconcile({ from: 'Every hour' });

    expect(run.status).toBe('success');
    expect(stage.twenty.stats.byOperation).toEqual({ people: 1 });
    expect(await lastRun()).toMatchObject({
      direction: 'bidirectional',
      mode: 'reconcile',
      trigger: 'scheduled',
      status: 'succeeded',
      figures: { compared: 4, missing: 0, orphaned: 0, different: 0, unsynced: 0, impossible: 0, duplicates: 0 },
      findings: {},
    });
  });

  it('makes the leads that are missing, over several pages, and keeps no lead in memory', async () => {
    stage.addPeople('a', 'b', 'c', 'd', 'e');

    const run = await stage.reconcile({ edit: setSync({ pageSize: 2 }) });

    expect(await names()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(syncItems(run)).toMatchObject([{ status: 'succeeded', more_due: false }]);
    expect(run.kept).not.toContain('@example.com');
    expect(await lastRun()).toMatchObject({
      figures: { pages: 3, compared: 5, missing: 5, created: 5, read: 5, twenty_calls: 4 },
    });
  });

  it('deletes the lead of a person that was deleted for good, after a second read', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    stage.addPerson('grace@example.com', 'Grace');
    await stage.pull();
    stage.twenty.store.remove('people', ada, 'destroy');

    await stage.reconcile();

    const leads = await stage.leads();
    expect(leads.map(({ deleted_at }) => deleted_at !== null)).toEqual([true, false]);
    expect(await lastRun()).toMatchObject({
      figures: { orphaned: 1, gone: 1 },
      findings: { orphaned: [{ twenty_id: ada }] },
    });
    await stage.push();
    expect(stage.twenty.store.count('people')).toBe(1);
  });

  it('follows a merge in Twenty: the winner as it is now, the other lead deleted', async () => {
    const kept = stage.addPerson('ada@example.com', 'Ada');
    const merged = stage.addPerson('ada.king@example.com', 'Ada', 'Countess');
    await stage.pull();
    await merge([kept, merged]);

    await stage.reconcile();

    const leads = await stage.leads();
    const live = leads.filter(({ deleted_at }) => deleted_at === null);
    expect(live).toMatchObject([{ twenty_id: kept, job_title: stage.person(kept).jobTitle || null }]);
    expect(leads).toHaveLength(2);
    await stage.pull();
    await stage.push();
    stage.twenty.stats.reset();
    await stage.reconcile();
    expect(stage.twenty.stats.byOperation).toEqual({ people: 1 });
  });

  it('takes an edit that was stamped in the past, which a pull does not see', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    await stage.database.query("update lead_sync.settings set overlap = '0 s'");
    await stage.database.query("update lead_sync.cursors set cursor = now() + interval '1 hour'");
    stage.twenty.store.update('people', ada, { jobTitle: 'Countess', updatedAt: '2020-01-01T00:00:00.000Z' });
    await stage.pull();
    expect((await stage.leads())[0].job_title).toBeNull();

    await stage.reconcile();

    expect((await stage.leads())[0]).toMatchObject({ job_title: 'Countess', sync_status: 'synced' });
    expect(await lastRun()).toMatchObject({ figures: { different: 1, updated: 1 } });
  });

  it('queues what was loaded past the triggers, and the next push sends it', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    await withoutTriggers(`
      insert into public.leads (email, first_name) values ('grace@example.com', 'Grace');
      update public.leads set job_title = 'Countess' where email = 'ada@example.com'`);
    await stage.push();
    expect(stage.twenty.store.count('people')).toBe(1);

    await stage.reconcile();
    await stage.push();

    expect(stage.person(ada).jobTitle).toBe('Countess');
    expect(stage.twenty.store.count('people')).toBe(2);
    const [, reconciled] = (await stage.runs()).filter(({ mode }) => mode !== 'delta');
    expect(reconciled.figures).toMatchObject({ unsynced: 2, queued: 2 });
  });

  it('reports leads that share an e-mail, and leaves them', async () => {
    await stage.addLeads(
      { email: 'ada@example.com', firstName: 'Ada' },
      { email: ' Ada@Example.com', firstName: 'Augusta' },
    );
    const ids = (await stage.leads()).map(({ id }) => id).sort();

    await stage.reconcile();

    const { findings, figures } = await lastRun();
    expect(figures.duplicates).toBe(1);
    expect([...(findings?.duplicates[0].lead_ids as string[])].sort()).toEqual(ids);
    expect(await stage.leads()).toHaveLength(2);
  });

  it('only reports when the node says so', async () => {
    const ada = stage.addPerson('ada@example.com', 'Ada');
    await stage.pull();
    stage.twenty.store.remove('people', ada, 'destroy');
    stage.addPerson('grace@example.com', 'Grace');
    const before = await stage.leads();

    await stage.reconcile({ edit: setSync({ reportOnly: true }) });

    const { figures } = await lastRun();
    expect(figures).toMatchObject({ missing: 1, orphaned: 1, gone: 0 });
    expect(figures.read).toBeUndefined();
    expect(await stage.leads()).toEqual(before);
  });

  it('ends quietly while another reconciliation is active, but runs beside a pull', async () => {
    await stage.database.query("select public.start_sync_run('twenty_to_supabase')");
    expect(syncItems(await stage.reconcile())).toMatchObject([{ status: 'succeeded' }]);
    await stage.database.query("select public.start_sync_run('bidirectional', 'reconcile')");

    const run = await stage.reconcile();

    expect(run.status).toBe('success');
    expect(syncItems(run)).toMatchObject([{ started: false }]);
  });

  it('ends as failed with an alert when Twenty refuses the key', async () => {
    const run = await stage.reconcile({ apiKey: 'wrong', edit: withAlerts });

    expect(run.status).toBe('error');
    expect(await lastRun()).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('Twenty does not accept the API key'),
    });
    expect(stage.telegram.messages).toHaveLength(1);
    expect(stage.telegram.messages[0].text).toContain('Lead sync reconcile, at &quot;Reconcile both sides&quot;');
  });

  it('fails with an alert and repairs nothing when Twenty looks like another workspace', async () => {
    for (let n = 0; n < 25; n++) stage.addPerson(`p${n}@example.com`, `p${n}`);
    await stage.pull();
    const before = await stage.leads();
    stage.twenty.store.clear();
    stage.addPerson('stranger@example.com', 'Stranger');

    const run = await stage.reconcile({ edit: withAlerts });

    expect(run.status).toBe('error');
    expect(await stage.leads()).toEqual(before);
    expect(await lastRun()).toMatchObject({
      status: 'failed',
      error: expect.stringContaining('25 of 25 linked leads have no person in Twenty'),
      figures: { orphaned: 25, missing: 1 },
    });
    expect(stage.telegram.messages[0].text).toContain('Check the Twenty credential');
  });

  it('outlives an answer that is lost', async () => {
    stage.addPerson('ada@example.com', 'Ada');
    stage.twenty.faults.push({ kind: 'cut-body', match: { operation: 'people' } });

    const run = await stage.reconcile();

    expect(run.status).toBe('success');
    expect(await names()).toEqual(['Ada']);
  });
});

import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { NODE_UNDER_TEST, oneNodeWorkflow } from './one-node-workflow';
import { setSync, type StageRunOptions, syncItems, useStage } from './stage';

const stage = useStage();

const NAMES = ['a', 'b', 'c', 'd', 'e'];
const addPeople = () => stage.addPeople(...NAMES);
const addLeads = () => stage.addLeadsCalled(...NAMES);
const statuses = async () => (await stage.leads()).map(({ sync_status }) => sync_status);
const cancelBefore = (before: RegExp, nth = 1): StageRunOptions => ({ interrupt: { before, nth, by: 'cancel' } });

/** A time that is over after the first page or claim. */
const AT_ONCE = 0.00001;

describe('a cancelled execution', () => {
  it('ends a pull after the page in hand, closes the run as stopped, and the next run goes on', async () => {
    addPeople();

    const run = await stage.pull({ edit: setSync({ pageSize: 2 }), ...cancelBefore(/upsert_leads/, 2) });

    expect(run.status).toBe('canceled');
    expect(await stage.leads()).toHaveLength(4);
    expect(await stage.runs()).toMatchObject([{ status: 'stopped', error: null, figures: { pages: 2 } }]);
    stage.twenty.stats.reset();
    await stage.pull();
    expect(await stage.leads()).toHaveLength(5);
    expect((await stage.runs())[1]).toMatchObject({ status: 'succeeded', resumed: true, figures: { read: 1 } });
  });

  it('settles what a push had written, and leaves the other leads to the next run', async () => {
    await addLeads();

    await stage.push({ edit: setSync({ batchSize: 2 }), ...cancelBefore(/createPeople/) });

    expect((await statuses()).sort()).toEqual(['pending', 'pending', 'pending', 'synced', 'synced']);
    expect(stage.twenty.store.count('people')).toBe(2);
    expect(await stage.runs()).toMatchObject([{ status: 'stopped' }]);
    await stage.push();
    expect(await statuses()).toEqual(Array(5).fill('synced'));
    expect(stage.twenty.store.count('people')).toBe(5);
  });

  it('ends waiting for the rate limit at once, and gives back the leads that were not sent', async () => {
    await addLeads();
    stage.twenty.faults.push({ kind: 'rate-limit', times: 1_000, match: { operation: 'createPeople' } });
    const slow = { credentials: { leadSyncTwentyApi: { callsPerMinute: 3 } } };

    await stage.push({ ...slow, ...cancelBefore(/createPeople/) });

    expect(await stage.runs()).toMatchObject([{ status: 'stopped' }]);
    const { rows } = await stage.database.query('select from lead_sync.lead_states where claim_token is not null');
    expect(rows).toEqual([]);
    expect(await statuses()).toEqual(Array(5).fill('pending'));
  });

  it('ends a reconciliation that waits for its second read', async () => {
    await stage.database.query("update lead_sync.settings set absence_allowance = '100 s'");
    const [gone] = addPeople();
    await stage.pull();
    stage.twenty.store.remove('people', gone, 'destroy');

    await stage.reconcile(cancelBefore(/get_leads_to_repair/, 2));

    expect((await stage.runs())[1]).toMatchObject({ mode: 'reconcile', status: 'stopped' });
  });
});

describe('Max Duration', () => {
  it('ends a push in the middle, says that more is due, and the next run goes on', async () => {
    await addLeads();
    const short = setSync({ batchSize: 2, maxDuration: AT_ONCE });

    const first = await stage.push({ edit: short });

    expect(first.status).toBe('success');
    expect(syncItems(first)).toMatchObject([{ status: 'succeeded', more_due: true, figures: { pushed: 2 } }]);
    expect((await statuses()).filter((status) => status === 'synced')).toHaveLength(2);
    const second = await stage.push({ edit: short });
    const third = await stage.push({ edit: short });
    expect(syncItems(second)).toMatchObject([{ more_due: true }]);
    expect(syncItems(third)).toMatchObject([{ more_due: false, figures: { pushed: 1 } }]);
    expect(stage.twenty.store.count('people')).toBe(5);
  });

  it('ends a pull after a page, which the next run goes on from', async () => {
    addPeople();
    const short = setSync({ pageSize: 2, maxDuration: AT_ONCE });

    const moreDue = [];
    for (let n = 0; n < 3; n += 1) moreDue.push(syncItems(await stage.pull({ edit: short }))[0].more_due);

    expect(moreDue).toEqual([true, true, false]);
    expect(await stage.leads()).toHaveLength(5);
    expect((await stage.runs()).map(({ mode, figures }) => [mode, figures.read])).toEqual([
      ['full', 2],
      ['full', 2],
      ['full', 1],
    ]);
  });

  it('ends a reconciliation that compares as stopped, with nothing repaired, and the next one compares anew', async () => {
    addPeople();

    const cut = await stage.reconcile({ edit: setSync({ pageSize: 2, maxDuration: AT_ONCE }) });

    expect(cut.status).toBe('success');
    expect(syncItems(cut)).toMatchObject([{ status: 'stopped', more_due: true, figures: { pages: 1, compared: 2 } }]);
    expect(await stage.leads()).toEqual([]);
    const whole = await stage.reconcile({ edit: setSync({ pageSize: 2 }) });
    expect(syncItems(whole)).toMatchObject([
      { status: 'succeeded', more_due: false, figures: { pages: 3, compared: 5, created: 5 } },
    ]);
    expect(await stage.leads()).toHaveLength(5);
  });

  it('ends a reconciliation that repairs after the first step, which stays repaired', async () => {
    for (let n = 0; n < 501; n += 1) stage.addPerson(`p${n}@example.com`, 'Ada');

    const cut = await stage.reconcile({ edit: setSync({ maxDuration: AT_ONCE }) });
    const rest = await stage.reconcile();

    expect(syncItems(cut)).toMatchObject([
      { status: 'stopped', more_due: true, figures: { missing: 501, created: 500 } },
    ]);
    expect(syncItems(rest)).toMatchObject([
      { status: 'succeeded', more_due: false, figures: { missing: 1, created: 1 } },
    ]);
  });

  it('ends a drain after a claim and leaves the others in the inbox', async () => {
    const events = addPeople().map((record_id) => ({ object: 'person', record_id }));

    const run = await stage.handle(events, { edit: setSync({ batchSize: 2, maxDuration: AT_ONCE }) });

    expect(syncItems(run)).toMatchObject([{ more_due: true, figures: { drained: 2 } }]);
    expect(await stage.leads()).toHaveLength(2);
    await stage.handle([]);
    expect(await stage.leads()).toHaveLength(5);
  });
});

async function runNode(
  parameters: IDataObject,
  items: IDataObject[] = [{}],
  options?: StageRunOptions,
): Promise<INodeExecutionData[][]> {
  const workflow = oneNodeWorkflow({ type: 'leadSync', parameters, onError: 'continueErrorOutput', items });
  const run = await stage.run(workflow, options);
  expect(run.error).toBeUndefined();
  return run.items(NODE_UNDER_TEST);
}

const json = (items: INodeExecutionData[]): IDataObject[] => items.map((item) => item.json);

describe('Changed Leads', () => {
  const output = { output: 'changedLeads', maxLeads: 1_000 };

  it('gives an item for each lead that a pull changed: which way, what, and its fields', async () => {
    const [ada] = addPeople();
    await stage.pull();
    stage.twenty.store.update('people', ada, { jobTitle: 'Countess' });
    stage.addPerson('f@example.com', 'f');

    const [items] = await runNode({ operation: 'pull', ...output });

    expect(json(items)).toEqual(
      expect.arrayContaining([
        expect.objectContaining({
          direction: 'twenty_to_supabase',
          change: 'updated',
          twenty_id: ada,
          changed_fields: ['job_title'],
          lead: expect.objectContaining({ first_name: 'a', job_title: 'Countess' }),
        }),
        expect.objectContaining({ change: 'created', lead: expect.objectContaining({ email: 'f@example.com' }) }),
      ]),
    );
    expect(items).toHaveLength(2);
    expect(items[0].pairedItem).toEqual({ item: 0 });
  });

  it('tells a deletion, and what a push wrote to Twenty', async () => {
    const [ada] = addPeople();
    await stage.pull();
    stage.twenty.store.remove('people', ada);
    await stage.database.query("update public.leads set job_title = 'Admiral' where email = 'b@example.com'");

    const [pulled] = await runNode({ operation: 'pull', ...output });
    const [pushed] = await runNode({ operation: 'push', ...output });

    expect(json(pulled)).toMatchObject([{ change: 'deleted', twenty_id: ada }]);
    expect(json(pushed)).toMatchObject([
      {
        direction: 'supabase_to_twenty',
        change: 'updated',
        changed_fields: ['job_title'],
        lead: { job_title: 'Admiral' },
      },
    ]);
  });

  it('gives no more than Max Leads, and syncs all', async () => {
    addPeople();

    const [items] = await runNode({ operation: 'pull', ...output, maxLeads: 2, pageSize: 2 });

    expect(items).toHaveLength(2);
    expect(await stage.leads()).toHaveLength(5);
  });

  it('gives nothing when nothing was changed or another run is active', async () => {
    expect((await runNode({ operation: 'push', ...output }))[0]).toEqual([]);
    await stage.database.query("select public.start_sync_run('supabase_to_twenty')");
    expect((await runNode({ operation: 'push', ...output }))[0]).toEqual([]);
  });
});

describe('the error output', () => {
  it('gives an item for each item whose run failed, with what happened and what to do, paired with it', async () => {
    addPeople();

    const [good, bad] = await runNode(
      { operation: 'pull', policy: '={{ $json.policy }}', maxDuration: 0, output: 'summary' },
      [{ policy: '' }, { policy: 'loudest_wins' }],
    );

    expect(json(good)).toMatchObject([{ started: true, figures: { created: 5 } }]);
    expect(json(bad)).toMatchObject([
      {
        error: expect.stringContaining('policy must be last_write_wins'),
        message: 'Nothing is lost: the next run goes on where this one stopped.',
      },
    ]);
    expect([...good, ...bad].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
  });

  it('takes a credential that cannot be used as a failure of each item', async () => {
    const host = { credentials: { leadSyncSupabaseApi: { host: 'not an address' } } };

    const [good, bad] = await runNode({ operation: 'push' }, [{}, {}], host);

    expect(good).toEqual([]);
    expect(json(bad).map(({ error }) => error)).toEqual([
      expect.stringContaining('is not a web address'),
      expect.stringContaining('is not a web address'),
    ]);
  });
});

describe('a limit that several workers share', () => {
  /** Six calls at once, and none back for ten seconds. */
  const few = { credentials: { leadSyncTwentyApi: { callsPerMinute: 6 } } };
  const taken = async () =>
    (await stage.database.query('select 6 - tokens as calls from lead_sync.rate_limits')).rows as unknown[];

  it('is asked of the database for each call of Twenty, where the settings say so', async () => {
    await stage.database.query('update lead_sync.settings set share_calls = true');
    addPeople();

    await stage.pull(few);

    expect(await stage.leads()).toHaveLength(5);
    expect(await taken()).toEqual([{ calls: stage.twenty.stats.snapshot().calls }]);
  });

  it('costs no call of the database where they do not', async () => {
    addPeople();

    await stage.pull(few);

    expect(await taken()).toEqual([]);
  });
});

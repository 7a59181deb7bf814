import type { IDataObject } from 'n8n-workflow';
import { useEdgeStage } from './edge-stage';
import { NODE_UNDER_TEST, oneNodeWorkflow } from './one-node-workflow';

const stage = useEdgeStage();

const DOWN = 'supabase-to-d1-sync';
const UP = 'd1-to-supabase-sync';
const CHECK = 'd1-consistency-check';
/** A time that is over after the first page. */
const AT_ONCE = 0.00001;

const emails = async () =>
  (await stage.database.query<{ id: string; status: string }>('select id, status from public.emails order by id')).rows;
const addEmail = () =>
  stage.d1.rows("insert into emails (id, recipient, sent_at) values ('e1', 'ada@example.com', '2026-01-01T00:00:00Z')");

describe('Supabase to D1 sync', () => {
  it('fills D1 the first time, sends what changed later, and calls D1 no more when nothing is due', async () => {
    await stage.addLeadsCalled('ada', 'bob');
    await stage.run(DOWN);
    await stage.addLeadsCalled('cy');

    const changed = await stage.run(DOWN, { from: 'Every 10 minutes' });
    const { calls } = stage.api;
    const idle = await stage.run(DOWN, { from: 'Every 10 minutes' });

    expect(await stage.replica()).toEqual(['ada', 'bob', 'cy']);
    expect(changed.outputs('Sync down to D1')[0]).toMatchObject([
      { started: true, mode: 'changes', status: 'succeeded', figures: { rows: 1, calls: 1 }, more_due: false },
    ]);
    expect(idle.outputs('Sync down to D1')[0]).toMatchObject([{ started: false, reason: 'Nothing is due' }]);
    expect(stage.api.calls).toBe(calls);
    expect((await stage.edgeRuns()).map(({ mode, trigger, status }) => [mode, trigger, status])).toEqual([
      ['rebuild', 'manual', 'succeeded'],
      ['changes', 'scheduled', 'succeeded'],
      ['changes', 'scheduled', 'succeeded'],
    ]);
  });

  it.each([
    [{ type: 'UPDATE', table: 'leads', record: {} }, 'changes', null, ['ada', 'bob']],
    [{ mode: 'changes', table: 'prospects' }, 'changes', 'prospects', ['ada', 'bob']],
    [{ mode: 'rebuild', table: null }, 'rebuild', null, ['ada', 'bob']],
  ])('does what a call asks for: %j', async (body, mode, table, names) => {
    await stage.addLeadsCalled('ada');
    await stage.run(DOWN);
    await stage.addLeadsCalled('bob');

    const run = await stage.run(DOWN, { from: 'When rows are due', items: [{ body }] });

    expect(run.error).toBeUndefined();
    expect((await stage.edgeRuns())[1]).toMatchObject({
      mode,
      trigger: 'webhook',
      edge_table: table,
      status: 'succeeded',
    });
    expect(await stage.replica()).toEqual(names);
  });

  it('lists a row that D1 refuses with its reason, and sends all others', async () => {
    await stage.addLeadsCalled('ada', 'bob');
    await stage.run(DOWN);
    await stage.d1.rows(
      "create trigger no_cy before insert on prospects when new.first_name = 'cy' begin select raise(abort, 'CHECK constraint failed: no cy'); end",
    );
    await stage.addLeadsCalled('cy', 'di');

    const run = await stage.run(DOWN);

    expect(run.outputs('Sync down to D1')[0]).toMatchObject([
      { status: 'succeeded', figures: { rows: 1, refused: 1 } },
    ]);
    expect(await stage.replica()).toEqual(['ada', 'bob', 'di']);
    const { rows } = await stage.database.query('select refusal from lead_sync.edge_rows where refusal is not null');
    expect(rows).toEqual([{ refusal: expect.stringContaining('no cy') }]);
  });

  it('tries again what Cloudflare fails at, and a call whose answer is lost', async () => {
    await stage.addLeadsCalled('ada');
    stage.api.faults.push('internal', 'lost', 'unreachable', 'throttled');

    const run = await stage.run(DOWN, {
      edit: (node) => void (node('Sync down to D1').parameters.options = { tries: 5, pause: 1 }),
    });

    expect(run.outputs('Sync down to D1')[0]).toMatchObject([{ status: 'succeeded' }]);
    expect(await stage.replica()).toEqual(['ada']);
  });

  it('ends as failed, with the reason in its run and in the alert, when the token is wrong', async () => {
    await stage.addLeadsCalled('ada');

    const run = await stage.run(DOWN, {
      credentials: { leadSyncCloudflareD1Api: { apiToken: 'another' } },
    });

    expect(run.status).toBe('error');
    expect(run.error).toContain('Cloudflare does not let this token at this database');
    expect(run.ran('Describe failure')).toBe(true);
    expect(await stage.edgeRuns()).toMatchObject([
      { status: 'failed', error: expect.stringContaining('Authentication error') },
    ]);
    expect((await stage.run(DOWN)).outputs('Sync down to D1')[0]).toMatchObject([{ status: 'succeeded' }]);
  });

  it('says what to do while the replica is off', async () => {
    await stage.database.query('select public.disable_edge()');

    expect((await stage.run(DOWN)).error).toContain('The edge replica is off. Turn it on: select public.enable_edge()');
  });

  it('stops after the page in hand when it is cancelled, and the next run goes on', async () => {
    await stage.addLeadsCalled('ada');

    const run = await stage.run(DOWN, { interrupt: { before: /advance_edge_rebuild.*filled/, by: 'cancel' } });

    expect(run.status).toBe('canceled');
    expect(await stage.edgeRuns()).toMatchObject([{ status: 'stopped' }]);
    await stage.run(DOWN);
    expect(await stage.replica()).toEqual(['ada']);
  });

  it('ends by itself when its time is over, says that more is due, and readers see the old rows until the rest is done', async () => {
    await stage.addLeadsCalled('ada');
    await stage.run(DOWN);
    await stage.database.query("update public.leads set first_name = 'Ada'");
    const edit = {
      edit: (node: (name: string) => { parameters: object }) =>
        void Object.assign(node('Rebuild tables').parameters, { maxDuration: AT_ONCE }),
    };

    const run = await stage.run(DOWN, { from: 'When rows are due', items: [{ body: { mode: 'rebuild' } }], ...edit });

    expect(run.outputs('Rebuild tables')[0]).toMatchObject([{ mode: 'rebuild', more_due: true }]);
    expect(await stage.replica()).toEqual(['ada']);
    await stage.run(DOWN);
    expect(await stage.replica()).toEqual(['Ada']);
  });
});

describe('D1 to Supabase sync', () => {
  it('brings e-mails and their events into Supabase once', async () => {
    await addEmail();
    await stage.d1.rows(
      "insert into email_events (id, email_id, kind, at) values ('v1', 'e1', 'opened', '2026-01-02T00:00:00Z')",
    );

    const run = await stage.run(UP, { from: 'Every 5 minutes' });
    const again = await stage.run(UP, {
      from: 'When the Worker calls',
      items: [{ body: { table: null, mode: 'changes' } }],
    });

    expect(run.outputs('Sync up from D1')[0]).toMatchObject([
      { direction: 'up', status: 'succeeded', more_due: false },
    ]);
    expect(again.outputs('Sync up from D1')[0]).toMatchObject([{ status: 'succeeded', figures: { rows: 0 } }]);
    expect(await emails()).toEqual([{ id: 'e1', status: 'opened' }]);
  });

  it('loses nothing when it is killed between storing a page and taking it off the list', async () => {
    await addEmail();
    await expect(
      stage.run(UP, { interrupt: { before: /delete from \W*emails_changes/, by: 'crash' } }),
    ).rejects.toThrow();
    await stage.database.query("update lead_sync.edge_runs set lease_until = now() - interval '1 second'");

    await stage.run(UP);

    expect(await emails()).toEqual([{ id: 'e1', status: 'sent' }]);
    expect(await stage.d1.rows('select * from emails_changes')).toEqual([]);
  });
});

describe('D1 consistency check', () => {
  const spoil = () => stage.d1.rows("update prospects set first_name = 'Somebody'");
  const findings = async () => (await stage.edgeRuns()).filter(({ mode }) => mode === 'check');

  beforeEach(async () => {
    await stage.addLeadsCalled('ada');
    await stage.run(DOWN);
  });

  it('gives a summary of each direction, and has nothing to do where both sides are the same', async () => {
    const run = await stage.run(CHECK, { from: 'Every night at three' });

    expect(run.outputs('Check both sides')[0]).toMatchObject([
      { direction: 'down', mode: 'check', status: 'succeeded' },
      { direction: 'up', mode: 'check', status: 'succeeded' },
    ]);
  });

  it('finds at night what somebody edited in D1, and the next sync repairs it', async () => {
    await stage.run(CHECK, { from: 'Every night at three' });
    await spoil();

    await stage.run(CHECK, { from: 'Every night at three' });
    expect(await stage.replica()).toEqual(['Somebody']);
    await stage.run(DOWN);

    expect(await stage.replica()).toEqual(['ada']);
    expect((await findings()).map(({ whole }) => whole)).toEqual([true, true, true, true]);
  });

  it('compares a part in the hour', async () => {
    await stage.run(CHECK, { from: 'Every hour' });

    expect((await findings()).map(({ whole, trigger }) => [whole, trigger])).toEqual([
      [false, 'scheduled'],
      [false, 'scheduled'],
    ]);
  });

  it('repairs nothing with Report Only', async () => {
    await spoil();
    const edit = {
      edit: (node: (name: string) => { parameters: object }) =>
        void Object.assign(node('Check both sides').parameters, { full: true, reportOnly: true }),
    };

    await stage.run(CHECK, edit);
    await stage.run(DOWN);

    expect(await stage.replica()).toEqual(['Somebody']);
  });
});

describe('the error output of the node', () => {
  it('gives an item for each item whose run failed, paired with it, and the others their summary', async () => {
    const workflow = oneNodeWorkflow({
      type: 'cloudflareD1',
      parameters: {
        resource: 'replica',
        operation: 'syncDown',
        table: '={{ $json.table }}',
        maxDuration: 0,
      } as IDataObject,
      onError: 'continueErrorOutput',
      items: [{ table: '' }, { table: 'pets' }],
    });

    const [good, bad] = (await stage.run(workflow)).items(NODE_UNDER_TEST);

    expect(good).toMatchObject([{ json: { started: true, status: 'succeeded' }, pairedItem: { item: 0 } }]);
    expect(bad).toMatchObject([
      {
        json: {
          error: expect.stringContaining('pets'),
          message: expect.stringContaining('Nothing is lost'),
        },
        pairedItem: { item: 1 },
      },
    ]);
  });
});

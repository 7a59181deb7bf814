import { Reconciling, type Compared, type ToRepair } from './reconciling';
import { useStore, type Snapshot } from './store';

describe('reconciliation', () => {
  const store = useStore();
  const { addPerson, compare, editPerson, finish, ids, pullAll, reconcile, start, twenty } = new Reconciling(store);
  beforeEach(async () => {
    twenty.clear();
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
  });

  test('finds nothing when both sides are equal, deleted records included', async () => {
    for (let n = 0; n < 5; n++) addPerson({ email: `p${n}@example.com` });
    await pullAll();
    const [first] = twenty.keys();
    editPerson(first, {
      twenty_deleted_at: '2026-02-01T00:00:00.000Z',
      twenty_updated_at: '2026-02-01T00:00:00.000Z',
    });
    addPerson({ twenty_deleted_at: '2026-02-01T00:00:00.000Z' });
    await pullAll();

    const run = await reconcile();

    expect(run.status).toBe('succeeded');
    expect(run.findings).toEqual({});
    expect(run.figures).toMatchObject({ compared: 6, pages: 3, read: 0, missing: 0, orphaned: 0, different: 0 });
    expect(
      await store.rows(
        'select sync_type, sync_direction, sync_status from public.lead_sync_history order by id desc limit 1',
      ),
    ).toEqual([{ sync_type: 'reconcile', sync_direction: 'bidirectional', sync_status: 'synced' }]);
  });

  test('makes leads of people that have none', async () => {
    await pullAll();
    const ada = addPerson({ email: 'ada@example.com' });

    const run = await reconcile();

    expect(run.figures).toMatchObject({ missing: 1, created: 1 });
    expect(run.findings.missing).toEqual([{ twenty_id: ada.twenty_id }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ email: 'ada@example.com', sync_status: 'synced' });
  });

  test('deletes the lead of a person that two reads did not find, and says so once', async () => {
    const [ada, grace] = [addPerson({ email: 'ada@example.com' }), addPerson({ email: 'grace@example.com' })];
    await pullAll();
    twenty.delete(ada.twenty_id);

    const run = await reconcile();

    expect(run.figures).toMatchObject({ orphaned: 1, gone: 1, updated: 1 });
    expect(run.findings.orphaned).toEqual([{ lead_id: ada.twenty_id, twenty_id: ada.twenty_id }]);
    expect((await store.lead(ada.twenty_id)).deleted_at).not.toBeNull();
    expect((await store.lead(grace.twenty_id)).deleted_at).toBeNull();
    expect((await reconcile()).figures).toMatchObject({ orphaned: 0, gone: 0 });
  });

  test('waits for the allowance before it confirms an absence; a longer one is left to the next run', async () => {
    const ada = addPerson();
    await pullAll();
    twenty.delete(ada.twenty_id);
    await store.sql.query("update lead_sync.settings set absence_allowance = '50 s'");
    const { run } = await start();
    await compare(run);
    const first = await store.rpc<ToRepair>('get_leads_to_repair', { p_run: run });
    await store.pull([{ twenty_id: ada.twenty_id, absent: true }], { p_run: run });

    const wait = await store.rpc<ToRepair>('get_leads_to_repair', { p_run: run, p_after: first.after });

    expect(wait).toMatchObject({ next: 'wait', pass: 'confirm', after: null });
    expect(wait.seconds).toBeGreaterThan(45);
    await store.sql.query("update lead_sync.settings set absence_allowance = '1 hour'");
    expect(await store.rpc('get_leads_to_repair', { p_run: run, p_after: first.after })).toMatchObject({
      next: 'finish',
    });
    expect((await finish(run)).figures).toMatchObject({ orphaned: 1, gone: 0 });
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
    expect((await reconcile()).figures).toMatchObject({ orphaned: 1, gone: 1 });
  });

  test('repairs nothing and says why when a suspicious share of all leads is orphaned', async () => {
    for (let n = 0; n < 30; n++) addPerson({ email: `p${n}@example.com` });
    await pullAll();
    const other = addPerson({ email: 'other@example.com' });
    for (const id of [...twenty.keys()].slice(0, 21)) twenty.delete(id);

    const started = await start();
    const compared = await compare(started.run, 2);
    const toRepair = await store.rpc<ToRepair>('get_leads_to_repair', { p_run: started.run });
    const run = await finish(started.run);

    const reason = expect.stringContaining('21 of 30 linked leads have no person in Twenty') as string;
    expect(compared).toMatchObject({ next: 'stop', error: reason });
    expect(toRepair.next).toBe('finish');
    expect(run.figures).toMatchObject({ orphaned: 21, gone: 0, missing: 1, created: 0 });
    expect(run.findings.orphaned).toHaveLength(20);
    expect(run.warnings).toEqual([reason]);
    expect(await store.rows('select id from public.leads where deleted_at is not null')).toEqual([]);
    await store.sql.query('update lead_sync.settings set reconcile_orphaned_share = 1');
    expect((await reconcile()).figures).toMatchObject({ orphaned: 21, gone: 21, created: 1 });
    expect(await store.lead(other.twenty_id)).toBeDefined();
  });

  test('takes an edit whose time was set back', async () => {
    const ada = addPerson({ first_name: 'Ada' });
    await pullAll();
    editPerson(ada.twenty_id, { first_name: 'Augusta', twenty_updated_at: '2020-01-01T00:00:00.000Z' });

    const run = await reconcile();

    expect(run.figures).toMatchObject({ different: 1, updated: 1 });
    expect(run.findings.different).toMatchObject([{ lead_id: ada.twenty_id }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ first_name: 'Augusta' });
    expect((await reconcile()).figures).toMatchObject({ different: 0 });
  });

  test('remembers the time of an edit that changed no lead field', async () => {
    const ada = addPerson();
    await pullAll();
    editPerson(ada.twenty_id, { twenty_updated_at: '2026-03-01T00:00:00.000Z' });

    expect((await reconcile()).figures).toMatchObject({ different: 1, unchanged: 1 });
    expect((await reconcile()).figures).toMatchObject({ different: 0 });
  });

  test('takes back a lead whose person was gone and is there again', async () => {
    const ada = addPerson();
    await pullAll();
    twenty.delete(ada.twenty_id);
    await reconcile();
    twenty.set(ada.twenty_id, ada);

    expect((await reconcile()).figures).toMatchObject({ different: 1 });
    expect((await store.lead(ada.twenty_id)).deleted_at).toBeNull();
  });

  test('leaves leads alone that were merged after the read began', async () => {
    const ada = addPerson({ first_name: 'Ada' });
    await pullAll();
    const page = ids();
    const readStartedAt = await store.now();
    editPerson(ada.twenty_id, { first_name: 'Augusta', twenty_updated_at: '2026-03-01T00:00:00.000Z' });
    const grace = addPerson();
    await pullAll();
    const { run } = await start();

    const { counts } = await store.rpc<Compared>('compare_lead_ids', {
      p_run: run,
      p_records: page,
      p_page: { after: null, position: null, has_next: false },
      p_read_started_at: readStartedAt,
    });

    expect(counts).toMatchObject({ orphaned: 0, different: 0, missing: 0 });
    expect(await store.lead(grace.twenty_id)).toMatchObject({ deleted_at: null });
  });

  test('queues leads that were written past the triggers, new ones and changed ones', async () => {
    const ada = addPerson({ first_name: 'Ada' });
    await pullAll();
    await store.sql.query(`
      begin; set local session_replication_role = 'replica';
      insert into public.leads (email, sync_status) values ('bulk@example.com', 'synced');
      update public.leads set first_name = 'Augusta' where first_name = 'Ada';
      commit`);

    const run = await reconcile();

    expect(run.figures).toMatchObject({ unsynced: 2, queued: 2, impossible: 0 });
    expect(run.findings.unsynced).toEqual(
      expect.arrayContaining([expect.objectContaining({ lead_id: ada.twenty_id, fields: ['first_name'] })]),
    );
    expect(await store.rows('select distinct sync_status from public.leads')).toEqual([{ sync_status: 'pending' }]);
    expect((await store.claim()).claimed).toBe(2);
    expect((await reconcile()).figures).toMatchObject({ unsynced: 0, impossible: 0 });
  });

  test('leaves leads alone that wait, are held or are claimed', async () => {
    await store.addLead({ email: 'due@example.com' });
    await store.addLead({ email: 'claimed@example.com' });
    const dead = await store.addLead({ email: 'dead@example.com' });
    await store.sql.query('update lead_sync.lead_states set due_at = null where lead_id = $1', [dead]);
    await store.sql.query(
      "begin; set local session_replication_role = 'replica'; update public.leads set sync_status = 'error' where email like 'dead%'; commit",
    );
    await store.claim(1);

    expect((await reconcile()).figures).toMatchObject({ unsynced: 0, impossible: 0, queued: 0 });
  });

  describe('of a person in the bin whose e-mail a lead has', () => {
    let held: string;
    let holder: Snapshot;
    beforeEach(async () => {
      held = await store.addLead({ email: 'ada@example.com' });
      holder = addPerson({ email: 'ada@example.com', twenty_deleted_at: '2026-02-01T00:00:00Z' });
      await store.plan(await store.claim(), [holder]);
    });
    const status = async (): Promise<unknown> => (await store.lead(held)).sync_status;

    test('leaves the lead held while the person is there', async () => {
      await reconcile();
      expect(await status()).toBe('error');
    });

    test('releases the lead when the person was destroyed', async () => {
      twenty.delete(holder.twenty_id);
      await reconcile();
      expect(await store.lead(held)).toMatchObject({ sync_status: 'pending', sync_error_message: null });
      expect((await store.claim()).claimed).toBe(1);
    });

    test('links the lead when the person was restored', async () => {
      editPerson(holder.twenty_id, { twenty_deleted_at: null });
      await reconcile();
      expect(await store.lead(held)).toMatchObject({ twenty_id: holder.twenty_id, sync_error_message: null });
    });

    test('releases nothing when it is to report only', async () => {
      twenty.delete(holder.twenty_id);
      await reconcile({ report_only: true });
      expect(await status()).toBe('error');
    });
  });

  test('queues leads in impossible states with the reason', async () => {
    addPerson();
    await pullAll();
    await store.sql.query(
      "begin; set local session_replication_role = 'replica'; update public.leads set sync_status = 'syncing'; commit",
    );

    const run = await reconcile();

    expect(run.figures).toMatchObject({ impossible: 1, queued: 1 });
    expect(run.findings.impossible[0].reason).toBe('sync_status is syncing, but nothing queues the lead');
    expect((await store.claim()).claimed).toBe(1);
  });

  test('reports leads that share an e-mail, whatever its spelling', async () => {
    const first = await store.addLead({ email: 'ada@example.com' });
    const second = await store.addLead({ email: ' Ada@Example.com ' });
    await store.addLead({ email: ' ' });
    await store.addLead({ email: '' });
    await store.addLead({ email: 'ada@example.com', deleted_at: '2026-01-01' });

    const run = await reconcile();

    expect(run.findings.duplicates).toEqual([{ lead_ids: [first, second], leads: 2 }]);
  });
});

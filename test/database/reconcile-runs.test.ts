import { randomUUID } from 'node:crypto';
import { Reconciling, type Compared } from './reconciling';
import { useStore, type Json } from './store';

describe('a reconciliation beside what else goes on, and within its settings', () => {
  const store = useStore();
  const { addPerson, compare, editPerson, finish, ids, pullAll, reconcile, start, twenty } = new Reconciling(store);
  beforeEach(async () => {
    twenty.clear();
    await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
  });

  test('repairs nothing when it is to report only', async () => {
    const [ada, grace] = [addPerson({ first_name: 'Ada' }), addPerson()];
    await pullAll();
    twenty.delete(grace.twenty_id);
    editPerson(ada.twenty_id, { first_name: 'Augusta', twenty_updated_at: '2020-01-01T00:00:00.000Z' });
    addPerson();
    await store.sql.query(
      "begin; set local session_replication_role = 'replica'; insert into public.leads (email) values ('bulk@example.com'); commit",
    );
    const before = await store.rows('select * from public.leads order by id');

    const run = await reconcile({ report_only: true });

    expect(run.figures).toMatchObject({ missing: 1, orphaned: 1, different: 1, unsynced: 1, queued: 0, read: 0 });
    expect(await store.rows('select * from public.leads order by id')).toEqual(before);
  });

  test('repairs only what the settings allow', async () => {
    const grace = addPerson();
    await pullAll();
    twenty.delete(grace.twenty_id);
    const ada = addPerson();
    await store.sql.query("update lead_sync.settings set reconcile_orphaned = 'report'");

    const run = await reconcile();

    expect(run.figures).toMatchObject({ missing: 1, orphaned: 1, created: 1, gone: 0 });
    expect(await store.lead(ada.twenty_id)).toBeDefined();
    expect((await store.state(grace.twenty_id)).absent_since).toBeNull();
  });

  test('compares a page once that comes twice, and refuses one out of order', async () => {
    for (let n = 0; n < 4; n++) addPerson();
    const { run } = await start();
    const p_read_started_at = await store.now();
    const [a, b, c, d] = ids();
    const send = (p_records: unknown[], p_page: Json): Promise<Compared> =>
      store.rpc<Compared>('compare_lead_ids', { p_run: { ...run, calls: 1 }, p_records, p_page, p_read_started_at });

    await send([a, b], { after: null, position: 'b', has_next: true });
    const again = await send([a, b], { after: null, position: 'b', has_next: true });

    expect(again).toMatchObject({ next: 'compare', position: 'b', counts: { missing: 2 } });
    await expect(send([a, c], { after: 'b', position: 'c', has_next: true })).rejects.toMatchObject({ code: '22023' });
    await expect(store.rpc('get_leads_to_repair', { p_run: run })).rejects.toMatchObject({ code: '22023' });
    expect((await send([c, d], { after: 'b', position: 'd', has_next: false })).next).toBe('repair');
    expect((await finish(run)).figures).toMatchObject({ compared: 4, pages: 2, missing: 4, twenty_calls: 2 });
  });

  test('runs one at a time, beside pulls and pushes, and takes over from a dead one', async () => {
    const { run } = await start();
    await compare(run);
    expect(await start()).toMatchObject({ started: false });
    expect(await store.rpc('start_sync_run', { p_direction: 'twenty_to_supabase' })).toMatchObject({ started: true });
    expect(await store.rpc('start_sync_run', { p_direction: 'supabase_to_twenty' })).toMatchObject({ started: true });
    await store.sql.query(
      "update public.lead_sync_runs set lease_until = now() - interval '1 s' where mode = 'reconcile'",
    );

    expect(await start()).toMatchObject({ started: true, mode: 'reconcile', resumed: false });
    await expect(compare(run)).rejects.toMatchObject({ code: 'PT409' });
    expect(await store.rows('select run_id from lead_sync.reconciliations')).toHaveLength(1);
  });

  test.each([
    [{ p_direction: 'bidirectional' }, 'looks both ways'],
    [{ p_direction: 'twenty_to_supabase', p_mode: 'reconcile' }, 'looks both ways'],
  ])('a malformed start %j is refused', async (args, message) => {
    await expect(store.rpc('start_sync_run', args)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining(message),
    });
  });

  test('a run of another kind cannot compare', async () => {
    const { run } = await store.rpc<{ run: Json }>('start_sync_run', { p_direction: 'twenty_to_supabase' });

    await expect(compare(run)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining('reconciliation'),
    });
  });

  test('a person made from a lead just now is neither missing nor different', async () => {
    const id = await store.addLead({ id: randomUUID(), email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();
    const made = addPerson({ twenty_id: id, email: 'ada@example.com', twenty_updated_at: '2026-05-01T00:00:00.000Z' });

    const before = await start();
    expect((await compare(before.run)).counts).toMatchObject({ missing: 0 });
    await finish(before.run);
    await store.complete(claim, [
      {
        lead_id: id,
        op: writes[0].op,
        ok: true,
        twenty_id: id,
        twenty_created_at: made.twenty_created_at,
        twenty_updated_at: made.twenty_updated_at,
        twenty_deleted_at: null,
        values: { email: 'ada@example.com', first_name: '' },
      },
    ]);

    expect((await reconcile()).figures).toMatchObject({ missing: 0, different: 0, unsynced: 0 });
  });

  test('a write whose answer shows an edit not merged yet leaves the record to be read again', async () => {
    const ada = addPerson({ first_name: 'Ada', email: 'ada@example.com' });
    await pullAll();
    await store.editLead(ada.twenty_id, { first_name: 'Augusta' });
    const { claim, writes } = await store.beginPush([ada]);
    editPerson(ada.twenty_id, {
      first_name: 'Augusta',
      job_title: 'Countess',
      twenty_updated_at: '2026-05-01T00:00:00.000Z',
    });
    await store.complete(claim, [
      {
        lead_id: ada.twenty_id,
        op: writes[0].op,
        ok: true,
        twenty_id: ada.twenty_id,
        twenty_created_at: ada.twenty_created_at,
        twenty_updated_at: '2026-05-01T00:00:00.000Z',
        twenty_deleted_at: null,
        values: { first_name: 'Augusta', email: 'ada@example.com', job_title: 'Countess' },
      },
    ]);

    expect((await reconcile()).figures).toMatchObject({ different: 1, updated: 1 });
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'Countess' });
  });
});

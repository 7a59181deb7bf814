import { useStore, type Json } from '../store';
import { ObjectRuns, deal, edited, type Run } from './opportunities';

interface Comparison extends Json {
  next: string;
  counts: Record<string, number>;
}

describe('a reconciliation of opportunities', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  const compare = async ({ run }: Run, snapshots: Json[]): Promise<Comparison> =>
    store.rpc('compare_lead_ids', {
      p_run: run,
      p_records: snapshots
        .map((s) => [s.twenty_id, s.twenty_created_at, s.twenty_updated_at, s.twenty_deleted_at])
        .sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)),
      p_page: { after: null, position: null, has_next: false },
      p_read_started_at: await store.now(),
    });
  const toRepair = ({ run }: Run, pass = 'read'): Promise<{ next: string; leads: Array<{ twenty_id: string }> }> =>
    store.rpc('get_leads_to_repair', { p_run: run, p_pass: pass });

  test('finds and repairs what is missing, different and orphaned, and queues what nothing queues', async () => {
    const ada = await store.linked(); // a person: none of its business
    const [lost, old, gone, unseen] = [deal(), await deals.linked(), await deals.linked(), await deals.linked()];
    const changed = edited(old, { stage: 'WON' });
    await store.sql.query(`set session_replication_role = 'replica'`);
    await deals.edit(unseen.twenty_id, { name: 'Renamed' });
    await store.sql.query(`set session_replication_role = 'origin'`);

    const run = await deals.start('bidirectional', 'reconcile');
    const answer = await compare(run, [lost, changed, unseen]);
    expect(answer).toMatchObject({ next: 'repair', counts: { missing: 1, different: 1, orphaned: 1, unsynced: 1 } });
    expect(answer.counts.impossible ?? 0).toBe(0);

    const { leads } = await toRepair(run);
    expect(leads.map(({ twenty_id }) => twenty_id).sort()).toEqual([lost, old, gone].map((s) => s.twenty_id).sort());
    await store.pull([lost, changed, { twenty_id: gone.twenty_id, absent: true }], { p_run: run.run });
    await store.sql.query(
      `update lead_sync.lead_states set absent_since = absent_since - interval '2 minutes' where absent_since is not null`,
    );
    expect((await toRepair(run, 'confirm')).leads).toEqual([{ twenty_id: gone.twenty_id }]);
    await store.pull([{ twenty_id: gone.twenty_id, absent: true }], { p_run: run.run });
    expect(await deals.finish(run)).toMatchObject({ run: { figures: { created: 1, gone: 1 } } });

    expect(await deals.row(lost.twenty_id)).toMatchObject({ sync_status: 'synced' });
    expect(await deals.row(old.twenty_id)).toMatchObject({ stage: 'WON' });
    expect((await deals.row(gone.twenty_id)).deleted_at).not.toBeNull();
    expect((await deals.push([unseen])).writes).toMatchObject([{ values: { name: 'Renamed' } }]);
    expect((await store.lead(ada.twenty_id)).deleted_at).toBeNull();
  });

  test('runs beside one of people: neither ends the other, nor frees a lead that is held', async () => {
    const [ada, snapshot] = [await store.linked({ email: 'ada@example.com' }), await deals.linked()];
    const held = await store.addLead({ email: 'ada@example.com' });
    await store.push([ada]);
    expect(await store.lead(held)).toMatchObject({ sync_status: 'error' });

    const ofPeople = await store.rpc<Run>('start_sync_run', { p_direction: 'bidirectional', p_mode: 'reconcile' });
    const ofDeals = await deals.start('bidirectional', 'reconcile');
    expect(await compare(ofDeals, [snapshot])).toMatchObject({ next: 'finish', counts: {} });
    expect(await compare(ofPeople, [ada])).toMatchObject({ next: 'finish' });
    expect(await store.lead(held)).toMatchObject({ sync_status: 'error' });
  });

  test('a scheduled one compares ranges once all were compared: a summary of what is equal is enough', async () => {
    const all = await Promise.all(Array.from({ length: 5 }, () => deal()));
    await deals.pull(all);
    const whole = await deals.start('bidirectional', 'reconcile');
    await compare(whole, all);
    await deals.finish(whole);

    const { run, range } = await store.rpc<Run>('start_sync_run', {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
      p_options: { object: 'opportunity', page_size: 2 },
    });
    expect(range).toMatchObject({ changed_before: null });
    const next = await store.rpc<Json>('compare_lead_ids', {
      p_run: run,
      p_records: [],
      p_page: { after: null, position: null, has_next: false, range },
      p_read_started_at: await store.now(),
    });
    expect(next).toMatchObject({ next: 'summarise' });
    const updated = all[0].twenty_updated_at;
    const p_summary = {
      count: 5,
      updated_from: updated,
      updated_to: updated,
      created_from: all[0].twenty_created_at,
      created_to: all[0].twenty_created_at,
    };
    expect(await store.rpc('compare_lead_ranges', { p_run: run, p_range: next.range, p_summary })).toMatchObject({
      next: 'finish',
    });
  });

  test('when most of them are gone, nothing is repaired', async () => {
    await deals.pull(Array.from({ length: 25 }, () => deal()));
    const run = await deals.start('bidirectional', 'reconcile');
    const answer = await compare(run, []);
    expect(answer).toMatchObject({ next: 'stop', error: expect.stringContaining('25 of 25 linked rows') });
  });
});

import { failed, useStore, type Json } from '../store';
import { ObjectRuns, edited } from './opportunities';

interface Conflict extends Json {
  id: number;
  lead_id: string;
}

describe('what people decide about opportunities', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  /** A deal whose stage both sides changed; Twenty's won. */
  const contested = async (): Promise<{ id: string; read: Json; conflict: Conflict }> => {
    const read = await deals.linked();
    await deals.edit(read.twenty_id, { stage: 'MEETING' });
    const later = edited(read, { stage: 'WON', twenty_updated_at: new Date(Date.now() + 1000).toISOString() });
    await deals.pull([later]);
    const { conflicts } = await store.rpc<{ conflicts: Conflict[] }>('get_conflicts', { p_lead_id: read.twenty_id });
    return { id: read.twenty_id, read: later, conflict: conflicts[0] };
  };

  test('a conflict is listed among those of leads, with its object and what the deal is called', async () => {
    const ada = await store.linked();
    await store.editLead(ada.twenty_id, { job_title: 'CTO' });
    await store.pull([{ ...ada, job_title: 'CEO', twenty_updated_at: new Date(Date.now() + 1000).toISOString() }]);
    const { id } = await contested();

    const first = await store.rpc<{ conflicts: Conflict[]; position: number }>('get_conflicts', { p_limit: 1 });
    expect(first).toMatchObject({
      total: 2,
      has_next: true,
      conflicts: [
        {
          lead_id: id,
          object: 'opportunity',
          lead_name: 'Fleet of pads',
          email: null,
          field: 'stage',
          current_value: 'WON',
        },
      ],
    });
    expect(await store.rpc('get_conflicts', { p_limit: 1, p_position: first.position })).toMatchObject({
      has_next: false,
      conflicts: [{ lead_id: ada.twenty_id, object: null, lead_name: 'Ada', current_value: 'CEO' }],
    });
  });

  test('taken back by hand, the value here travels; an amount with its currency', async () => {
    const { id, read, conflict } = await contested();
    expect(await store.rpc('resolve_conflict', { p_conflict_id: conflict.id, p_take: 'supabase' })).toMatchObject({
      resolved: true,
      conflict: { current_value: 'MEETING', resolution: 'supabase' },
      sync_status: 'pending',
    });
    await deals.edit(id, { amount: 1 });
    const paid = {
      ...read,
      stage: 'MEETING',
      amount: { amount: '2', currency: 'USD' },
      twenty_updated_at: new Date(Date.now() + 5000).toISOString(),
    };
    await deals.pull([paid]);
    const { conflicts } = await store.rpc<{ conflicts: Conflict[] }>('get_conflicts', {});
    const decided = { p_conflict_ids: conflicts.map((c) => c.id), p_take: 'supabase' };
    expect(await store.rpc('resolve_conflicts', decided)).toMatchObject({
      results: [{ lead_id: id, object: 'opportunity', field: 'amount', decided: true }],
    });

    expect(await deals.row(id)).toMatchObject({ stage: 'MEETING', amount: '1', currency: 'EUR' });
    expect((await deals.push([paid])).writes).toMatchObject([{ values: { amount: { amount: '1', currency: 'EUR' } } }]);
  });

  test('one whose field changed since is not resolved', async () => {
    const { id, conflict } = await contested();
    await deals.edit(id, { stage: 'LOST' });
    await expect(
      store.rpc('resolve_conflict', { p_conflict_id: conflict.id, p_take: 'supabase' }),
    ).rejects.toMatchObject({ code: 'PT409' });
  });

  test('a dead letter is listed with its object, and replayed', async () => {
    const id = await deals.add({ name: 'Trial', stage: 'GONE' });
    await store.sql.query('update lead_sync.settings set max_attempts = 1');
    const begun = await deals.beginPush();
    await deals.complete(begun, [failed(begun.writes[0], 'invalid', 'refused', 'no such stage')]);
    await deals.finish(begun.run);

    expect(await store.rpc('get_dead_letters')).toMatchObject({
      total: 1,
      leads: [{ lead_id: id, object: 'opportunity', name: 'Trial', reason: 'no such stage', category: 'invalid' }],
    });
    const [{ measured }] = await store.rows('select lead_sync.measure_backlog(now()) as measured');
    expect(measured).toMatchObject({
      dead_letters: 1,
      examples: { dead_letters: [`opportunity ${id}, refused 1 times: no such stage`] },
    });
    expect(await store.rpc('replay_dead_letters', { p_lead_ids: [id] })).toMatchObject({
      replayed: 1,
      by_object: [{ object: 'opportunity', replayed: 1 }],
      remaining: 0,
      results: [{ lead_id: id, replayed: true }],
    });
    expect((await deals.push()).writes).toMatchObject([{ lead_id: id }]);
    expect(await store.rpc('replay_dead_letters', { p_lead_ids: [id] })).toMatchObject({
      results: [{ replayed: false, reason: expect.stringContaining('synced') }],
    });
  });

  test('what waits for hours is told, but for what waits for its lead; a claim that nobody ends is given back', async () => {
    const leadId = await store.addLead({ email: 'ada@example.com' });
    await deals.add({ name: 'Waits', lead_id: leadId });
    await deals.push();
    const id = await deals.add({ name: 'Due' });
    await store.sql.query(`
      update lead_sync.lead_states set due_since = due_since - interval '2 hours' where adapter = 'opportunity'`);
    const stale = await store.rows('select stale_count::integer from public.check_stale_leads()');
    expect(stale).toEqual([{ stale_count: 1 }]);

    await deals.beginPush();
    await store.sql.query(
      `update lead_sync.lead_states set due_at = now() - interval '1 hour' where claim_token is not null`,
    );
    expect(await store.rpc('check_sync_integrity', { p_fix: true })).toMatchObject({
      checks: expect.arrayContaining([expect.objectContaining({ check: 'stale_claims', found: 1, fixed: 1 })]),
    });
    expect(await deals.row(id)).toMatchObject({ sync_status: 'pending' });
  });
});

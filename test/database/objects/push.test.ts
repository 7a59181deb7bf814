import { recordIdOf } from '../../../nodes/Twenty/records/derived-id';
import { failed, useStore, written, type Claim } from '../store';
import { ObjectRuns, deal, edited } from './opportunities';

describe('opportunities to Twenty', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  test('before a first run of theirs they cost nothing: no state, nothing due, nothing for a push of leads', async () => {
    const id = await deals.add({ name: 'Trial', amount: 10, currency: 'EUR' });
    await deals.edit(id, { stage: 'NEW' });

    expect(await store.rows('select from lead_sync.lead_states')).toEqual([]);
    expect(await store.claim()).toMatchObject({ claimed: 0, remaining: 0 });
    expect(await store.rows('select from public.lead_sync_queue')).toEqual([]);
  });

  test('the first run takes what is here; one made here goes out under its own id, exact, and once', async () => {
    const id = await deals.add({
      name: ' Trial ',
      amount: '1234.5600',
      currency: 'EUR',
      stage: 'NEW',
      close_date: '2026-11-28T11:00:00+01:00',
      external_id: 'order-1',
    });

    const { writes } = await deals.push();
    expect(writes).toMatchObject([
      {
        lead_id: id,
        op: 'create',
        twenty_id: id,
        twenty_record: null,
        values: {
          name: 'Trial',
          amount: { amount: '1234.56', currency: 'EUR' },
          stage: 'NEW',
          close_date: '2026-11-28T10:00:00.000Z',
        },
      },
    ]);
    expect(Object.keys(writes[0].values)).toHaveLength(4);
    expect(await deals.row(id)).toMatchObject({ twenty_id: id, sync_status: 'synced', name: ' Trial ' });
    expect((await deals.push()).claim.claimed).toBe(0);

    const back = deal({
      twenty_id: id,
      name: 'Trial',
      amount: writes[0].values.amount,
      close_date: '2026-11-28T10:00:00Z',
    });
    expect((await deals.pull([edited(back, {})])).counts).toMatchObject({ unchanged: 1 });
  });

  test('one whose id Twenty does not take is known there by another one', async () => {
    const id = await deals.add({ id: '019ae2f0-7a11-7c3e-8b5d-3f0f4c1d2e6a', name: 'Later' });
    const begun = await deals.beginPush();
    expect(begun.writes).toMatchObject([{ lead_id: id, op: 'create', twenty_id: recordIdOf(id) }]);
    const { results } = await deals.pull([deal({ twenty_id: recordIdOf(id), name: 'Later' })]);
    expect(results).toMatchObject([{ lead_id: id, linked: true }]);
  });

  test('a name “amount” is a name', async () => {
    await deals.add({ name: 'amount' });
    expect((await deals.push()).writes).toMatchObject([{ values: { name: 'amount' } }]);
  });

  test('an amount without a currency says so, so that Twenty does not keep the old one', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { currency: null });
    const { writes } = await deals.push([snapshot]);
    expect(writes).toMatchObject([{ op: 'update', values: { amount: { amount: '1234.56', currency: null } } }]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced', currency: null });
  });

  test('an edit goes out as just that; a blank as null; what Twenty stored otherwise is taken', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { name: null, amount: '0.1234567' });

    const begun = await deals.beginPush([{ ...snapshot, twenty_record: { id: snapshot.twenty_id } }]);
    expect(begun.writes).toMatchObject([
      {
        op: 'update',
        values: { name: null, amount: { amount: '0.1234567', currency: 'EUR' } },
        twenty_record: { id: snapshot.twenty_id },
      },
    ]);
    await deals.complete(begun, [written(begun.writes[0], { amount: { amount: '0.123456', currency: 'EUR' } })]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced', amount: '0.123456' });
    expect(await store.rows('select field, reason from public.lead_sync_conflicts')).toEqual([
      { field: 'amount', reason: 'Twenty stored another value than it was sent' },
    ]);
  });

  test('deleted and restored here, it is so there', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { deleted_at: new Date() });
    expect((await deals.push([snapshot])).writes).toMatchObject([{ op: 'delete', values: {} }]);

    await deals.edit(snapshot.twenty_id, { deleted_at: null });
    const dead = edited(snapshot, { twenty_deleted_at: new Date().toISOString() });
    expect((await deals.push([dead])).writes).toMatchObject([{ op: 'restore', values: { name: 'Fleet of pads' } }]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced', deleted_at: null });
  });

  test('of a create whose answer was lost the next read knows what was sent; an edit since stays due', async () => {
    const id = await deals.add({ name: 'Trial', stage: 'NEW', amount: 5, currency: 'EUR' });
    const begun = await deals.beginPush();
    await deals.complete(begun, [failed(begun.writes[0], 'timeout', 'unknown')]);
    await deals.finish(begun.run);
    await deals.edit(id, { stage: 'MEETING' });

    const landed = deal({ twenty_id: id, name: 'Trial', amount: { amount: '5', currency: 'EUR' }, close_date: null });
    expect((await deals.pull([landed])).results).toMatchObject([{ lead_id: id, linked: true }]);

    expect(await deals.row(id)).toMatchObject({ twenty_id: id, stage: 'MEETING', sync_status: 'pending' });
    expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
    expect((await deals.push([landed])).writes).toMatchObject([{ op: 'update', values: { stage: 'MEETING' } }]);
  });

  test('of an update whose answer was lost the read that shows it agrees', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { stage: 'MEETING' });
    const begun = await deals.beginPush([snapshot]);
    await deals.complete(begun, [failed(begun.writes[0], 'timeout', 'unknown')]);
    await deals.finish(begun.run);

    await deals.pull([edited(snapshot, { stage: 'MEETING' })]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ sync_status: 'synced', stage: 'MEETING' });
    expect(await store.rows('select from public.lead_sync_conflicts')).toEqual([]);
  });

  test('what a push gives back without its run is due again at once', async () => {
    const id = await deals.add({ name: 'Trial' });
    const { claim, run } = await deals.claim();
    await deals.finish(run);

    const { counts } = await store.complete(claim, [{ lead_id: id, ok: false, outcome: 'given_back' }]);

    expect(counts).toMatchObject({ pending: 1, stale: 0 });
    expect(await deals.row(id)).toMatchObject({ sync_status: 'pending', sync_error_message: null });
    expect((await deals.push()).writes).toMatchObject([{ lead_id: id, op: 'create' }]);
  });

  test('a stage that Twenty refuses waits with the reason, and is a dead letter after eight times', async () => {
    const id = await deals.add({ name: 'Trial', stage: 'GONE' });
    for (let i = 1; i <= 8; i += 1) {
      await deals.start('supabase_to_twenty').then(deals.finish.bind(deals));
      await store.sql.query('update lead_sync.lead_states set due_at = clock_timestamp()');
      const begun = await deals.beginPush();
      const { results } = await deals.complete(begun, [failed(begun.writes[0], 'invalid', 'refused', 'no such stage')]);
      expect(results[0].dead).toBe(i === 8);
      await deals.finish(begun.run);
    }
    expect(await deals.row(id)).toMatchObject({
      sync_status: 'error',
      sync_error_count: 8,
      sync_error_message: 'no such stage',
    });
  });

  test('a push of leads and one of opportunities take none of each other', async () => {
    const dealId = await deals.add({ name: 'Trial' });
    const leadId = await store.addLead({ email: 'ada@example.com' });
    const ofLeads = await store.rpc<{ run: unknown; due: number }>('start_sync_run', {
      p_direction: 'supabase_to_twenty',
    });
    const begun = await deals.beginPush();

    expect([ofLeads.due, begun.run.due]).toEqual([1, 1]);
    expect(begun.writes.map(({ lead_id }) => lead_id)).toEqual([dealId]);
    const claim = await store.rpc<Claim>('get_leads_for_sync', { p_limit: 10, p_run: ofLeads.run });
    expect(claim.leads.map(({ lead_id }) => lead_id)).toEqual([leadId]);
    expect((await store.plan(claim, [])).writes.map(({ lead_id }) => lead_id)).toEqual([leadId]);
  });

  test('what the sync writes is no change here, and what is deleted here for good is forgotten', async () => {
    const snapshot = await deals.linked();
    expect(await store.state(snapshot.twenty_id)).toMatchObject({
      adapter: 'opportunity',
      due_at: null,
      changed_at: {},
    });

    await store.sql.query('delete from public.opportunities');
    expect(await store.rows('select from lead_sync.lead_states')).toEqual([]);
  });

  test('an id that a lead has already is refused: states of rows are kept by id', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    await expect(deals.add({ id, name: 'Trial' })).rejects.toThrow('An id of opportunities is that of a lead');
  });

  test('a trigger of the project that refuses one row leaves the others alone', async () => {
    const [bad, good] = [deal({ name: 'bad' }), deal()];
    await store.sql.query(`
      create function public.no_bad_deal() returns trigger language plpgsql as $$
      begin if new.name = 'bad' then raise 'no bad deals'; end if; return new; end $$;
      create constraint trigger no_bad_deal after insert on public.opportunities deferrable initially deferred
        for each row execute function public.no_bad_deal()`);
    try {
      const { counts, results } = await deals.pull([bad, good]);
      expect(counts).toMatchObject({ created: 1, rejected: 1 });
      expect(results.map(({ reason }) => reason).join()).toContain('no bad deals');
    } finally {
      await store.sql.query('drop function public.no_bad_deal() cascade');
    }
  });
});

import { useStore } from '../store';
import { ObjectRuns, aUuid, deal, edited } from './opportunities';

describe('opportunities from Twenty', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  test('a new one becomes a row of all its fields, made when Twenty says, and nothing goes back', async () => {
    const snapshot = deal({ company_id: aUuid(), owner_id: aUuid() });

    expect((await deals.pull([snapshot])).counts).toMatchObject({ created: 1 });

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({
      twenty_id: snapshot.twenty_id,
      name: 'Fleet of pads',
      amount: '1234.56',
      currency: 'EUR',
      stage: 'NEW',
      close_date: new Date('2026-12-31T00:00:00Z'),
      company_id: snapshot.company_id,
      owner_id: snapshot.owner_id,
      lead_id: null,
      sync_status: 'synced',
      sync_direction: 'twenty_to_supabase',
      created_at: new Date('2026-01-01T00:00:00Z'),
    });
    expect(await deals.push([snapshot])).toMatchObject({ claim: { claimed: 0 }, writes: [] });
  });

  test('one that is as it was agreed changes nothing, however often it comes', async () => {
    const snapshot = await deals.linked();
    const before = await deals.row(snapshot.twenty_id);

    expect((await deals.pull([snapshot, snapshot])).counts).toMatchObject({ unchanged: 2 });

    expect(await deals.row(snapshot.twenty_id)).toEqual(before);
  });

  test('what changed there is taken, what it blanks is blanked', async () => {
    const snapshot = await deals.linked();

    const { results } = await deals.pull([edited(snapshot, { stage: 'PROPOSAL', amount: null, close_date: null })]);

    expect(results).toMatchObject([{ result: 'updated' }]);
    expect([...results[0].fields].sort()).toEqual(['amount', 'close_date', 'stage']);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({
      stage: 'PROPOSAL',
      amount: null,
      currency: null,
      close_date: null,
      name: 'Fleet of pads',
    });
  });

  test('deleted and restored there, it is so here', async () => {
    const snapshot = await deals.linked();

    await deals.pull([edited(snapshot, { twenty_deleted_at: '2026-02-01T00:00:00.000Z' })]);
    expect((await deals.row(snapshot.twenty_id)).deleted_at).not.toBeNull();

    await deals.pull([edited(snapshot, {})]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ deleted_at: null, sync_status: 'synced' });
  });

  test('one that a first read misses stays; after a second one it is deleted', async () => {
    const { twenty_id } = await deals.linked();

    expect((await deals.pull([{ twenty_id, absent: true }])).counts).toMatchObject({ held: 1 });
    expect(await deals.row(twenty_id)).toMatchObject({ deleted_at: null });

    await deals.destroy(twenty_id);
    expect((await deals.row(twenty_id)).deleted_at).not.toBeNull();
    expect(await store.state(twenty_id)).toMatchObject({ gone: true });
  });

  test('a field that both changed is a conflict, which the last write wins; one of each side is none', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { stage: 'MEETING', name: 'Fleet of 90 pads' });

    const later = edited(snapshot, { stage: 'PROPOSAL', twenty_updated_at: new Date(Date.now() + 1000).toISOString() });
    expect((await deals.pull([later])).counts).toMatchObject({ conflict: 1 });

    expect(
      await store.rows('select field, winner, supabase_value, twenty_value from public.lead_sync_conflicts'),
    ).toEqual([{ field: 'stage', winner: 'twenty', supabase_value: 'MEETING', twenty_value: 'PROPOSAL' }]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ stage: 'PROPOSAL', name: 'Fleet of 90 pads' });
    expect((await deals.push([later])).writes).toMatchObject([{ op: 'update', values: { name: 'Fleet of 90 pads' } }]);
  });

  test.each([
    ['past 2^53 micros', { amount: '9007199254740993.000001', currency: 'USD' }, '9007199254740993.000001'],
    ['a fraction', { amount: '0.000001', currency: 'JPY' }, '0.000001'],
    ['less than nothing', { amount: '-20', currency: 'EUR' }, '-20'],
    ['without a currency', { amount: '5', currency: null }, '5'],
  ])('an amount %s is exact, and compares equal when it comes again', async (_what, amount, expected) => {
    const snapshot = await deals.linked({ amount });
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ amount: expected, currency: amount.currency });
    expect((await deals.pull([edited(snapshot, {})])).counts).toMatchObject({ unchanged: 1 });
    expect((await deals.push([snapshot])).claim.claimed).toBe(0);
  });

  test('another currency there and another amount here are one conflict of one value', async () => {
    const snapshot = await deals.linked();
    await deals.edit(snapshot.twenty_id, { amount: 99 });

    await deals.pull([
      edited(snapshot, {
        amount: { amount: '1234.56', currency: 'USD' },
        twenty_updated_at: new Date(Date.now() + 1000).toISOString(),
      }),
    ]);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ amount: '1234.56', currency: 'USD' });
    expect(await store.rows('select field, supabase_value from public.lead_sync_conflicts')).toEqual([
      { field: 'amount', supabase_value: { amount: '99', currency: 'EUR' } },
    ]);
  });

  test('a value that cannot be is refused with its reason, and the others land', async () => {
    const [bad, good] = [deal({ amount: { amount: 'much', currency: 'EUR' } }), deal()];

    const { results } = await deals.pull([bad, good]);

    expect(results.map(({ result }) => result).sort()).toEqual(['created', 'rejected']);
    expect(results.find(({ result }) => result === 'rejected')?.reason).toContain('much');
    expect(await deals.row(bad.twenty_id)).toBeUndefined();
  });

  test('people and opportunities run beside each other, each with a cursor of its own', async () => {
    const ofDeals = await deals.start('twenty_to_supabase');
    const ofPeople = await store.rpc<{ started: boolean }>('start_sync_run', { p_direction: 'twenty_to_supabase' });
    const again = await deals.start('twenty_to_supabase');
    expect([ofDeals.started, ofPeople.started, again.started]).toEqual([true, true, false]);

    const p_page = { from: null, until: '2026-03-01T00:00:00Z', position: 'z', has_next: false };
    await store.pull([deal()], { p_run: ofDeals.run, p_page });

    expect(
      await store.rows('select object, cursor is not null as read from lead_sync.cursors order by object'),
    ).toEqual([{ object: 'opportunity', read: true }]);
  });

  test('a lead of another source does not come in by a run of opportunities', async () => {
    const { run } = await deals.start('twenty_to_supabase');
    await expect(
      store.rpc('upsert_leads', { p_leads: [{ email: 'ada@example.com' }], p_source: 'form', p_run: run }),
    ).rejects.toThrow('not of leads');
  });

  test('turned off and on again, what was edited here meanwhile goes out, and an older edit of Twenty does not undo it', async () => {
    const [both, here] = [await deals.linked(), await deals.linked()];
    await store.sql.query("delete from lead_sync.cursors where object = 'opportunity'");
    const there = edited(both, { name: 'Older', amount: null });
    await deals.edit(both.twenty_id, { name: 'Newer' });
    await deals.edit(here.twenty_id, { stage: 'MEETING' });

    await deals.pull([there]);

    expect(await deals.row(both.twenty_id)).toMatchObject({ name: 'Newer', amount: null, sync_status: 'pending' });
    const { writes } = await deals.push([there, here]);
    expect(Object.fromEntries(writes.map(({ lead_id, values }) => [lead_id, values]))).toEqual({
      [both.twenty_id]: { name: 'Newer' },
      [here.twenty_id]: { stage: 'MEETING' },
    });
    expect((await deals.push()).claim.claimed).toBe(0);
  });
});

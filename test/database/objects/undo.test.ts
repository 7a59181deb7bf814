import { useStore, type Json } from '../store';
import { ObjectRuns, aUuid, edited } from './opportunities';

interface Undone extends Json {
  undo_id: string;
  undone: Json[];
  kept: Json[];
}

describe('undo of deals and companies', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);
  const companies = new ObjectRuns(store, 'company', 'public.lead_companies');

  const undo = (args: Json): Promise<Undone> => store.rpc('undo_sync', args);
  const applied = (args: Json): Promise<Undone> => undo({ ...args, p_apply: true, p_by: 'Ada' });

  test('what Twenty did to a deal is kept, shown first, set back here and carried to Twenty', async () => {
    const read = await deals.linked();
    const later = edited(read, { stage: 'LOST', amount: { amount: '1', currency: 'USD' }, close_date: null });
    await deals.pull([later]);
    const id = read.twenty_id;

    expect(await store.rpc('get_lead_changes', { p_lead_id: id })).toMatchObject({
      changes: [
        { object: 'opportunity', name: 'Fleet of pads', email: null, side: 'supabase', after: { stage: 'LOST' } },
      ],
    });
    expect(await undo({ p_lead_ids: [id] })).toMatchObject({
      leads: 1,
      undone: [
        {
          object: 'opportunity',
          name: 'Fleet of pads',
          field: 'amount',
          value: { amount: '1', currency: 'USD' },
          becomes: { amount: '1234.56', currency: 'EUR' },
        },
        { field: 'close_date', value: null },
        { field: 'stage', value: 'LOST', becomes: 'NEW' },
      ],
      kept: [],
    });
    expect(await deals.row(id)).toMatchObject({ stage: 'LOST', sync_status: 'synced' });

    await applied({ p_lead_ids: [id] });

    expect(await deals.row(id)).toMatchObject({
      stage: 'NEW',
      amount: '1234.56',
      currency: 'EUR',
      sync_status: 'pending',
    });
    expect((await deals.push([later])).writes).toMatchObject([
      {
        op: 'update',
        values: {
          stage: 'NEW',
          amount: { amount: '1234.56', currency: 'EUR' },
          close_date: '2026-12-31T00:00:00.000Z',
        },
      },
    ]);
    expect(await deals.stages(id)).toMatchObject([{ to_stage: 'NEW' }, { to_stage: 'LOST' }, { to_stage: 'NEW' }]);
  });

  test('what a push wrote there is set back; what somebody changed since stays, with the reason', async () => {
    const read = await deals.linked();
    await deals.edit(read.twenty_id, { stage: 'MEETING', name: 'Pads' });
    await deals.push([read]);
    await deals.edit(read.twenty_id, { name: 'Mats' });

    expect(await applied({ p_lead_ids: [read.twenty_id] })).toMatchObject({
      undone: [{ field: 'stage', value: 'MEETING', becomes: 'NEW' }],
      kept: [{ object: 'opportunity', field: 'name', value: 'Mats', reason: 'it was changed since' }],
    });
    expect((await deals.push([{ ...read, stage: 'MEETING', name: 'Pads' }])).writes).toMatchObject([
      { values: { stage: 'NEW', name: 'Mats' } },
    ]);
  });

  test('an undo is undone itself, and a deletion is taken back on both sides', async () => {
    const read = await deals.linked();
    const dead = edited(read, { twenty_deleted_at: new Date().toISOString() });
    await deals.pull([dead]);

    const { undo_id } = await applied({ p_lead_ids: [read.twenty_id] });
    expect(await deals.row(read.twenty_id)).toMatchObject({ deleted_at: null });
    expect((await deals.push([dead])).writes).toMatchObject([{ op: 'restore' }]);

    await applied({ p_run_id: undo_id });
    expect(await deals.row(read.twenty_id)).toMatchObject({ deleted_at: expect.any(Date), sync_status: 'pending' });
  });

  test('a deal that was moved to another person is that lead’s again', async () => {
    const [ada, bob] = [await store.linked(), await store.linked()];
    const read = await deals.linked({ contact_id: ada.twenty_id });
    const moved = edited(read, { contact_id: bob.twenty_id });
    await deals.pull([moved]);
    expect(await deals.row(read.twenty_id)).toMatchObject({ lead_id: bob.twenty_id });

    await applied({ p_lead_ids: [read.twenty_id] });

    expect(await deals.row(read.twenty_id)).toMatchObject({ lead_id: ada.twenty_id, contact_id: null });
    expect((await deals.push([moved])).writes).toMatchObject([{ values: { contact_id: ada.twenty_id } }]);
  });

  test('of a person who is forgotten no change of a deal and no conflict is left, and nothing brings them back', async () => {
    const [ada, bob] = [await store.linked(), await store.linked()];
    const read = await deals.linked({ contact_id: ada.twenty_id });
    await deals.edit(read.twenty_id, { name: 'Mine' });
    await deals.edit(read.twenty_id, { lead_id: null, contact_id: aUuid() });
    await deals.pull([edited(read, { contact_id: bob.twenty_id })]);
    await store.rpc('forget_lead', { p_lead: ada.twenty_id });
    await store.rpc('forget_lead', { p_lead: bob.twenty_id });

    const kept = await store.rows('select before, after from lead_sync.lead_changes');
    const conflicts = await store.rows('select supabase_value, twenty_value from public.lead_sync_conflicts');
    expect(JSON.stringify([kept, conflicts])).not.toMatch(new RegExp(`${ada.twenty_id}|${bob.twenty_id}`));
    expect((await undo({ p_from: '2020-01-01' })).undone.filter(({ field }) => field === 'contact_id')).toEqual([]);
  });

  test('of one time, leads, deals and companies are set back in one call, each by its own mapping', async () => {
    const [ada, fleet] = [await store.linked({ job_title: 'Engineer' }), await deals.linked()];
    const acme = { ...fleet, twenty_id: aUuid(), name: 'Acme', domain: 'acme.com', linkedin_url: null };
    await companies.pull([acme]);
    const from = await store.now();
    await store.pull([{ ...ada, job_title: 'Clown' }]);
    await deals.pull([edited(fleet, { name: 'Nothing' })]);
    await companies.pull([edited(acme, { name: 'Wrong' })]);
    await store.sql.query(`
      update lead_sync.field_mappings set direction = 'to_supabase' where object = 'company' and lead_field = 'name'`);

    const { undone, kept } = await applied({ p_from: from });

    expect(undone).toHaveLength(2);
    expect(undone).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ object: null, email: ada.email, becomes: 'Engineer' }),
        expect.objectContaining({ object: 'opportunity', becomes: 'Fleet of pads' }),
      ]),
    );
    expect(kept).toMatchObject([{ object: 'company', name: 'Wrong', becomes: 'Acme' }]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ job_title: 'Engineer' });
    expect(await deals.row(fleet.twenty_id)).toMatchObject({ name: 'Fleet of pads' });
  });

  test('a deal whose row is gone for good is passed over', async () => {
    const [gone, stays] = [await deals.linked(), await deals.linked()];
    await deals.pull([gone, stays].map((each) => edited(each, { stage: 'LOST' })));
    await store.sql.query('delete from public.opportunities where id = $1', [gone.twenty_id]);

    expect((await applied({ p_from: '2020-01-01' })).undone).toMatchObject([{ lead_id: stays.twenty_id }]);
  });
});

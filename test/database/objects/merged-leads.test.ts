import { useStore, type Json } from '../store';
import { ObjectRuns } from './opportunities';

describe('opportunities of leads that are merged here and parted again', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);
  const merge = async (keep: string, drop: string): Promise<Json> =>
    store.rpc('merge_leads', { p_keep: keep, p_drop: drop, p_by: 'Eve' });
  const undo = ({ id }: Json): Promise<Json> => store.rpc('undo_merge', { p_id: id });

  test('the deals that the dropped one brought are its own again, those that came since are not', async () => {
    const [keep, drop] = [await store.addLead({ first_name: 'Ada' }), await store.addLead({ first_name: 'Eve' })];
    const brought = await deals.add({ name: 'Pads', lead_id: drop });
    const merged = await merge(keep, drop);
    const later = await deals.add({ name: 'Pens', lead_id: keep });
    expect(await deals.row(brought)).toMatchObject({ lead_id: keep });

    await undo(merged);

    expect(await deals.row(brought)).toMatchObject({ lead_id: drop });
    expect(await deals.row(later)).toMatchObject({ lead_id: keep });
  });

  test('one person goes back to its lead with its deals, and nothing of them goes out', async () => {
    const drop = await store.linked({ first_name: 'Eve' });
    const snapshot = await deals.linked({ contact_id: drop.twenty_id });
    const keep = await store.addLead({ first_name: 'Ada' });
    const merged = await merge(keep, drop.twenty_id);
    await store.push([drop]);

    await undo(merged);

    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: drop.twenty_id, contact_id: null });
    expect((await deals.push([snapshot])).writes).toEqual([]);
  });

  test('where Twenty merged both people, a deal waits for the new person of its lead', async () => {
    const [keep, drop] = [await store.linked({ first_name: 'Ada' }), await store.linked({ first_name: 'Eve' })];
    const snapshot = await deals.linked({ contact_id: drop.twenty_id });
    const asked = await merge(keep.twenty_id, drop.twenty_id);
    const token = (asked.people as Json).token;
    await store.rpc('settle_merge', { p_id: asked.id, p_token: token });
    const moved = { ...snapshot, contact_id: keep.twenty_id };
    await store.push([keep]);
    expect((await deals.push([moved])).writes).toEqual([]);

    await undo(asked);
    expect((await deals.push([moved])).writes).toEqual([]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: drop.twenty_id, sync_status: 'pending' });

    await store.push([keep]);
    const { writes } = await deals.push([moved]);
    expect(writes).toMatchObject([
      { op: 'update', values: { contact_id: (await store.lead(drop.twenty_id)).twenty_id } },
    ]);
    expect(await deals.row(snapshot.twenty_id)).toMatchObject({ lead_id: drop.twenty_id, sync_status: 'synced' });
  });
});

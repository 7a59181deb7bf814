import { useStore } from '../store';
import { ObjectRuns, edited } from './opportunities';

describe('the history of stages', () => {
  const store = useStore();
  const deals = new ObjectRuns(store);

  test('what Twenty had before is one row; each move there is another, when and by whom the record says', async () => {
    const snapshot = await deals.linked();
    await deals.pull([
      edited(snapshot, {
        stage: 'WON',
        twenty_updated_at: '2026-03-01T10:00:00.000Z',
        twenty_record: { updatedBy: { source: 'MANUAL', name: 'Jane Austen' } },
      }),
    ]);
    await deals.pull([
      edited(snapshot, { stage: 'WON', name: 'Fleet', twenty_updated_at: '2026-03-02T10:00:00.000Z' }),
    ]);

    expect(await deals.stages(snapshot.twenty_id)).toEqual([
      { from_stage: null, to_stage: 'NEW', moved_at: new Date('2026-01-02T00:00:00Z'), moved_by: null },
      { from_stage: 'NEW', to_stage: 'WON', moved_at: new Date('2026-03-01T10:00:00Z'), moved_by: 'Jane Austen' },
    ]);
  });

  test('a move here is one row by the role that made it, synced or not, and its echo none', async () => {
    const id = await deals.add({ name: 'Trial', stage: 'NEW' });
    await deals.edit(id, { stage: 'MEETING' });
    const [write] = (await deals.push()).writes;
    await deals.pull([{ twenty_id: id, twenty_created_at: '2026-01-01T00:00:00Z', ...write.values }]);
    await deals.edit(id, { stage: null });

    const moves = await deals.stages(id);
    const [{ role }] = await store.rows<{ role: string }>('select session_user as role');
    expect(moves).toMatchObject([
      { from_stage: null, to_stage: 'NEW', moved_by: role },
      { from_stage: 'NEW', to_stage: 'MEETING', moved_by: role },
      { from_stage: 'MEETING', to_stage: null, moved_by: role },
    ]);
  });

  test('a deal that has no stage moves from a blank one', async () => {
    const id = await deals.add({ name: 'Trial' });
    await deals.edit(id, { stage: 'NEW' });

    expect(await deals.stages(id)).toMatchObject([{ from_stage: '', to_stage: 'NEW' }]);
  });

  test('of one whose stage is read later than the deal, the history begins there; one that Twenty blanks moves from a blank', async () => {
    const read = (enabled: boolean): Promise<unknown> =>
      store.sql.query(
        `update lead_sync.field_mappings set enabled = $1 where object = 'opportunity' and lead_field = 'stage'`,
        [enabled],
      );
    await read(false);
    const snapshot = await deals.linked();
    await read(true);
    await deals.pull([snapshot]);
    expect(await deals.stages(snapshot.twenty_id)).toMatchObject([{ from_stage: null, to_stage: 'NEW' }]);

    await deals.pull([edited(snapshot, { stage: null })]);
    await deals.pull([edited(snapshot, { stage: 'WON' })]);
    expect(await deals.stages(snapshot.twenty_id)).toMatchObject([
      {},
      { from_stage: 'NEW', to_stage: null },
      { from_stage: '', to_stage: 'WON' },
    ]);
  });
});

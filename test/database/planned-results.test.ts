import { randomUUID } from 'node:crypto';
import { useStore, written } from './store';

describe('a reported success', () => {
  const store = useStore();

  test('of another person than the planned one links nobody; the lead is read and planned again', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();

    const done = await store.complete(claim, [{ ...written(writes[0]), twenty_id: randomUUID() }]);

    expect(done.results).toMatchObject([{ lead_id: id, sync_status: 'pending', dead: false }]);
    expect(done.counts).toMatchObject({ created: 0, synced: 0 });
    expect(await store.lead(id)).toMatchObject({
      twenty_id: null,
      sync_error_count: 0,
      sync_error_message: expect.stringContaining('another person than was planned'),
    });
  });

  test('of a claimed lead that nothing was planned for counts for nothing', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const claim = await store.claim();

    const done = await store.complete(claim, [
      {
        lead_id: id,
        op: 'create',
        ok: true,
        twenty_id: id,
        twenty_created_at: null,
        twenty_updated_at: null,
        values: {},
      },
    ]);

    expect(done.counts).toMatchObject({ created: 0, synced: 0, pending: 1 });
    expect(await store.lead(id)).toMatchObject({ twenty_id: null, sync_status: 'pending' });
  });

  test('of a write that an older version planned still counts', async () => {
    const id = await store.addLead({ email: 'ada@example.com' });
    const { claim, writes } = await store.beginPush();
    await store.sql.query(`update lead_sync.lead_states set intent = intent - 'twenty_id' where lead_id = $1`, [id]);

    const done = await store.complete(claim, [written(writes[0])]);

    expect(done.counts).toMatchObject({ created: 1, synced: 1 });
    expect(await store.lead(id)).toMatchObject({ twenty_id: id });
  });
});

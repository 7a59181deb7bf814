import { randomUUID } from 'node:crypto';
import { failed, person, useStore, written, type Json } from './store';

interface Listed extends Json {
  leads: Array<Json & { lead_id: string; kind: string; reason: string; category: string; attempts: number }>;
  total: number;
  has_next: boolean;
  position: string | null;
}

interface Replayed extends Json {
  replayed: number;
  remaining: number;
  results: Array<{ lead_id: string; replayed: boolean; reason: string | null }>;
}

describe('dead letters', () => {
  const store = useStore();
  beforeEach(() => store.sql.query('update lead_sync.settings set max_attempts = 1'));

  const list = (args: Json = {}) => store.rpc<Listed>('get_dead_letters', args);
  const replay = (args: Json = {}) => store.rpc<Replayed>('replay_dead_letters', args);

  /** New leads that Twenty refuses once too often; their ids in order. */
  async function deadLetters(count: number, message = 'bad phone'): Promise<string[]> {
    const ids: string[] = [];
    for (let i = 0; i < count; i += 1) ids.push(await store.addLead({ email: `${randomUUID()}@example.com` }));
    const { claim, writes } = await store.beginPush();
    await store.complete(
      claim,
      writes.map((write) => failed(write, 'validation', 'refused', message)),
    );
    return ids.sort();
  }

  /** A lead that is held because a deleted person has its e-mail; the person's snapshot. */
  async function heldLead(): Promise<{ id: string; tombstone: Json & { twenty_id: string; email: string } }> {
    const email = `${randomUUID()}@example.com`;
    const id = await store.addLead({ email, first_name: 'Held' });
    const tombstone = { ...person({ email, twenty_deleted_at: '2026-02-01T00:00:00Z' }), email };
    await store.plan(await store.claim(), [tombstone]);
    return { id, tombstone };
  }

  test('are listed with reason, category, attempts and since when', async () => {
    const [id] = await deadLetters(1);
    const { leads, total, has_next } = await list();
    expect({ total, has_next }).toEqual({ total: 1, has_next: false });
    expect(leads).toMatchObject([
      { lead_id: id, kind: 'dead', reason: 'bad phone', category: 'validation', attempts: 1, held_by: null },
    ]);
    expect(Date.parse(leads[0].since as string)).toBeLessThanOrEqual(Date.now());
  });

  test('come in pages that miss none', async () => {
    const ids = await deadLetters(5);
    const first = await list({ p_limit: 2 });
    const second = await list({ p_limit: 2, p_position: first.position });
    const third = await list({ p_limit: 2, p_position: second.position });
    expect([first.has_next, second.has_next, third.has_next]).toEqual([true, true, false]);
    expect([first, second, third].flatMap((page) => page.leads.map((lead) => lead.lead_id))).toEqual(ids);
    expect(first.total).toBe(5);
  });

  test('are listed apart from leads that are held', async () => {
    const [dead] = await deadLetters(1);
    const { id: held, tombstone } = await heldLead();
    expect((await list()).leads.map((lead) => lead.lead_id)).toEqual([dead]);
    expect((await list({ p_kind: 'held' })).leads).toMatchObject([
      { lead_id: held, kind: 'held', category: 'tombstone', attempts: 0, held_by: tombstone.twenty_id },
    ]);
  });

  test('a lead that waits for its next try is none', async () => {
    await store.sql.query('update lead_sync.settings set max_attempts = 8');
    await deadLetters(1);
    expect((await list()).leads).toEqual([]);
  });

  test('one is replayed: its attempts start again, the others stay', async () => {
    const [chosen, other] = await deadLetters(2);
    expect(await replay({ p_lead_ids: [chosen] })).toMatchObject({
      replayed: 1,
      remaining: 1,
      results: [{ lead_id: chosen, replayed: true, reason: null }],
    });
    expect(await store.lead(chosen)).toMatchObject({ sync_status: 'pending', sync_error_count: 0 });
    const claim = await store.claim();
    expect(claim.leads.map((lead) => lead.lead_id)).toEqual([chosen]);
    const { writes } = await store.plan(claim, []);
    await store.complete(claim, [written(writes[0])]);
    expect(await store.lead(chosen)).toMatchObject({ sync_status: 'synced', sync_error_message: null });
    expect((await list()).leads.map((lead) => lead.lead_id)).toEqual([other]);
  });

  test('all of a kind are replayed, held leads only when asked for', async () => {
    const dead = await deadLetters(3);
    const { id: held } = await heldLead();
    expect(await replay()).toMatchObject({ replayed: 3, remaining: 0, results: [] });
    expect((await store.claim()).leads.map((lead) => lead.lead_id)).toEqual(dead);
    expect(await replay({ p_kind: 'held' })).toMatchObject({ replayed: 1, remaining: 0 });
    expect((await store.claim()).leads.map((lead) => lead.lead_id)).toEqual([held]);
  });

  test('a limit replays the longest waiting first', async () => {
    const [older] = await deadLetters(1);
    const [younger] = await deadLetters(1);
    expect(await replay({ p_limit: 1 })).toMatchObject({ replayed: 1, remaining: 1 });
    expect(await store.lead(older)).toMatchObject({ sync_status: 'pending' });
    expect(await store.lead(younger)).toMatchObject({ sync_status: 'error' });
  });

  test('a chosen lead that waits for its next try is tried at once', async () => {
    await store.sql.query('update lead_sync.settings set max_attempts = 8');
    const [id] = await deadLetters(1);
    expect(await store.claim()).toMatchObject({ claimed: 0 });
    expect(await replay({ p_lead_ids: [id] })).toMatchObject({ replayed: 1 });
    expect(await store.claim()).toMatchObject({ claimed: 1 });
  });

  test('what cannot be replayed says why', async () => {
    const synced = person({ email: 'ada@example.com' });
    await store.pull([synced]);
    const due = await store.addLead({ email: 'eve@example.com' });
    const unknown = randomUUID();
    const { replayed, results } = await replay({ p_lead_ids: [synced.twenty_id, due, unknown] });
    expect(replayed).toBe(0);
    expect(results.map((result) => result.reason)).toEqual([
      expect.stringContaining('is synced'),
      expect.stringContaining('due already'),
      expect.stringContaining('no such lead'),
    ]);
  });

  test('a lead held by a tombstone is released when that person gets another e-mail', async () => {
    const { id, tombstone } = await heldLead();
    await store.pull([tombstone]);
    expect(await store.lead(id)).toMatchObject({ sync_status: 'error' });

    await store.pull([{ ...tombstone, email: 'moved@example.com' }]);
    const { writes } = await store.plan(await store.claim(), []);
    expect(writes).toMatchObject([{ lead_id: id, op: 'create' }]);
  });

  test('a linked lead held by a tombstone is released when that person is restored, and is then a duplicate of it', async () => {
    const ada = person({ first_name: 'Ada', email: 'ada@example.com' });
    await store.pull([ada]);
    const tombstone = person({ email: 'taken@example.com', twenty_deleted_at: '2026-02-01T00:00:00Z' });
    await store.editLead(ada.twenty_id, { email: 'taken@example.com' });
    await store.plan(await store.claim(), [ada, tombstone]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({
      sync_error_message: expect.stringContaining('tombstone') as string,
    });

    const restored = { ...tombstone, twenty_deleted_at: null };
    await store.pull([restored]);
    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'pending' });
    await store.plan(await store.claim(), [ada, restored]);
    expect((await list({ p_kind: 'held' })).leads).toMatchObject([
      {
        lead_id: ada.twenty_id,
        category: 'duplicate_of',
        reason: expect.stringContaining(tombstone.twenty_id) as string,
      },
    ]);
  });

  test('a lead held as a duplicate is released by the push that gives the other person another e-mail', async () => {
    const [ada, eve] = [person({ email: 'ada@example.com' }), person({ email: 'eve@example.com' })];
    await store.pull([ada, eve]);
    await store.editLead(ada.twenty_id, { email: 'eve@example.com' });
    await store.plan(await store.claim(), [ada, eve]);
    expect(await list({ p_kind: 'held' })).toMatchObject({ total: 1 });

    await store.editLead(eve.twenty_id, { email: 'new@example.com' });
    const { claim, writes } = await store.beginPush([eve]);
    await store.complete(claim, [written(writes[0])]);

    expect(await store.lead(ada.twenty_id)).toMatchObject({ sync_status: 'pending', sync_error_message: null });
    const again = await store.plan(await store.claim(), [ada, { ...eve, email: 'new@example.com' }]);
    expect(again.writes).toMatchObject([{ lead_id: ada.twenty_id, values: { email: 'eve@example.com' } }]);
  });

  test.each([
    ['get_dead_letters', { p_kind: 'ill' }, 'dead or held'],
    ['get_dead_letters', { p_limit: 0 }, 'between 1 and 1,000'],
    ['replay_dead_letters', { p_kind: 'ill' }, 'dead or held'],
    ['replay_dead_letters', { p_limit: 0 }, 'between 1 and 100,000'],
  ])('a malformed %s %j is refused with what is allowed', async (name, args, message) => {
    await expect(store.rpc(name, args)).rejects.toMatchObject({
      code: '22023',
      message: expect.stringContaining(message) as string,
    });
  });
});

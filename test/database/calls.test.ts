import { randomUUID } from 'node:crypto';
import { person, useStore, type Json } from './store';

describe('calls among the touches of leads', () => {
  const store = useStore();
  beforeEach(() => store.sql.query('update public.follow_up_rules set enabled = true'));

  const call = (external_id: string, more: Json = {}): Json => ({
    external_id,
    kind: 'call',
    time: new Date().toISOString(),
    ...more,
  });
  const take = async (email: string, ...touches: Json[]) =>
    await store.rpc<{ results: Json[] }>('upsert_leads', {
      p_source: 'knowlarity',
      p_leads: touches.map((touch) => ({ email, touch })),
    });
  const update = (p_touches: unknown) => store.rpc<Json>('update_touches', { p_source: 'knowlarity', p_touches });
  const touches = () => store.rows('select * from public.lead_touches order by external_id');
  const tasks = async () => (await store.rpc<{ tasks: Json[] }>('get_follow_ups')).tasks;
  const ago = (hours: number): string => new Date(Date.now() - hours * 3_600_000).toISOString();

  /** Somebody whom Twenty has, too: others get no task yet. */
  async function caller(...calls: Json[]): Promise<string> {
    const snapshot = person({ email: `${randomUUID()}@acme.com`, first_name: 'Ada', last_name: 'Lovelace' });
    await store.pull([snapshot]);
    await take(String(snapshot.email), ...calls);
    return String(snapshot.email);
  }

  test('a call that was in progress gets its duration and outcome, once, and never less than it had', async () => {
    await take('a@example.com', call('1', { medium: 'Incoming', duration_seconds: 3, raw: { at: 'first' } }));
    const over = {
      external_id: '1',
      agent: '+919800000001',
      duration_seconds: 65,
      outcome: 'answered',
      raw: { at: 'last' },
    };

    expect(await update([over, { external_id: 'unknown' }])).toEqual({ updated: 1 });
    expect(await update([over])).toEqual({ updated: 0 });
    expect(await update([{ external_id: '1', duration_seconds: 12, outcome: 'missed' }])).toEqual({ updated: 0 });
    expect(await touches()).toMatchObject([
      {
        medium: 'Incoming',
        agent: '+919800000001',
        duration_seconds: '65',
        outcome: 'answered',
        raw: { at: 'last' },
      },
    ]);
  });

  test('of a lead that was deleted, and of what was erased, nothing comes back', async () => {
    await take('a@example.com', call('1', { raw: { a: 1 } }));
    await take('b@example.com', call('2', { raw: { a: 1 } }));
    await store.sql.query("delete from public.leads where email = 'a@example.com'");
    await store.sql.query('update public.lead_touches set raw = null');

    const told = ['1', '2'].map((external_id) => ({ external_id, duration_seconds: 9, raw: { a: 2 } }));
    expect(await update(told)).toEqual({ updated: 1 });
    expect(await touches()).toMatchObject([
      { duration_seconds: null, raw: null },
      { duration_seconds: '9', raw: null },
    ]);
  });

  test('what is no touch is left out, and what is no list refused', async () => {
    await take('a@example.com', call('1'));

    expect(await update([{ external_id: '1', duration_seconds: 'long' }, 7, null])).toEqual({ updated: 0 });
    await expect(update({})).rejects.toThrow('p_touches must be an array of touches');
    expect((await take('b@example.com', call('2', { outcome: 'lost' }))).results).toMatchObject([
      { result: 'rejected', reason: 'touch.outcome must be answered or missed, got lost' },
    ]);
  });

  test('a missed call makes one task a day, which a call that is answered later takes away', async () => {
    const email = await caller(
      call('1', { outcome: 'missed', time: '2026-01-10T09:00:00Z' }),
      call('2', { outcome: 'missed', time: '2026-01-10T10:00:00Z' }),
    );
    await store.sql.query("update public.follow_up_rules set max_lead_age_days = null where rule_key = 'missed_call'");

    const [task, ...others] = await tasks();
    expect(others).toEqual([]);
    expect(task).toMatchObject({ rule_key: 'missed_call:2026-01-10', title: 'Call Ada Lovelace back' });
    expect(await store.rpc('confirm_follow_ups', { p_results: [{ ...task, ok: true }] })).toMatchObject({
      confirmed: 1,
    });
    expect(await tasks()).toEqual([]);

    await take(email, call('3', { outcome: 'missed', time: '2026-01-11T10:00:00Z' }));
    expect(await tasks()).toMatchObject([{ rule_key: 'missed_call:2026-01-11' }]);
    await take(email, call('4', { outcome: 'answered', time: '2026-01-11T11:00:00Z' }));
    expect(await tasks()).toEqual([]);
  });

  test('calls that were missed long ago, and rules that are off, make no task', async () => {
    await caller(call('1', { outcome: 'missed', time: ago(31 * 24) }));
    expect(await tasks()).toEqual([]);

    await caller(call('2', { outcome: 'missed', time: ago(1) }));
    expect(await tasks()).toHaveLength(1);
    await store.sql.query('update public.follow_up_rules set enabled = false');
    expect(await tasks()).toEqual([]);
  });
});

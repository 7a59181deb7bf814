import { useStore, type Json } from './store';

interface Claimed {
  claim_token: string;
  hints: Array<{ external_id: string; hint: Json; attempts: number }>;
  remaining: number;
}

describe('hints of sources', () => {
  const store = useStore();

  const hint = (external_id: unknown, more: Json = {}): Json => ({ external_id, hint: more });
  const add = (p_hints: unknown, more: Json = {}) =>
    store.rpc<Json>('add_to_intake', { p_source: 'meta', p_hints, ...more });
  const claim = (p_limit = 200) => store.rpc<Claimed>('claim_intake', { p_source: 'meta', p_limit });
  const settle = (p_claim_token: string, p_results: unknown) =>
    store.rpc<Json>('settle_intake', { p_source: 'meta', p_claim_token, p_results });
  const state = (p_source = 'meta') => store.rpc<Json>('get_intake', { p_source });
  const idsOf = ({ hints }: Claimed): string[] => hints.map(({ external_id }) => external_id);
  const later = (interval: string) =>
    store.sql.query('update lead_sync.intake_inbox set due_at = due_at - $1::interval', [interval]);

  test('each is noted once, however often it comes', async () => {
    expect(await add([hint('1', { form_id: '7' }), hint('2'), hint('1'), hint(''), {}])).toEqual({
      added: 2,
      known: 1,
      ignored: 2,
      waiting: 2,
    });
    const { claim_token } = await claim();
    await settle(claim_token, [{ external_id: '1' }, { external_id: '2' }]);

    expect(await add([hint('2'), hint('3')])).toEqual({ added: 1, known: 1, ignored: 0, waiting: 1 });
    expect(idsOf(await claim())).toEqual(['3']);
  });

  test('a source does not see what another one named', async () => {
    await store.rpc('add_to_intake', { p_source: 'other', p_hints: [hint('1')] });

    expect(idsOf(await claim())).toEqual([]);
    expect(await state('other')).toMatchObject({ waiting: 1 });
  });

  test('what is claimed is nobody else’s until its reader is given up', async () => {
    await add([hint('1', { form_id: '7' }), hint('2'), hint('3')]);

    const first = await claim(2);
    expect(first).toMatchObject({
      hints: [{ external_id: '1', hint: { form_id: '7' }, attempts: 1 }, {}],
      remaining: 1,
    });
    expect(idsOf(await claim())).toEqual(['3']);
    await later('11 minutes');
    expect(await claim()).toMatchObject({ hints: [{ external_id: '1', attempts: 2 }, {}, {}], remaining: 0 });
  });

  test('claims that meet share what waits', async () => {
    await add(Array.from({ length: 300 }, (_, n) => hint(`id ${n}`)));

    const claims = await Promise.all([claim(100), claim(100), claim(100), claim(100)]);

    const ids = claims.flatMap(idsOf);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length + (await claim(1000)).hints.length).toBe(300);
  });

  test('one that failed comes again after a pause that doubles, at most 6 hours', async () => {
    await add([hint('1')]);
    for (const [most, attempts] of [
      ['1.3 minutes', 0],
      ['2.5 minutes', 0],
      ['7.3 hours', 30],
    ] as const) {
      await store.sql.query('update lead_sync.intake_inbox set attempts = greatest(attempts, $1)', [attempts]);
      const { claim_token } = await claim();
      expect(await settle(claim_token, [{ external_id: '1', error: 'no access' }])).toEqual({ done: 0, failed: 1 });
      expect(idsOf(await claim())).toEqual([]);
      expect(await state()).toMatchObject({ waiting: 1, failing: 1, last_error: 'no access' });
      await later(most);
    }
    expect(idsOf(await claim())).toEqual(['1']);
  });

  test('one that its source does not have is given up after three days, and why is kept', async () => {
    await add([hint('1')]);
    const gone = { external_id: '1', error: 'missing: it does not exist', gone: true };
    await settle((await claim()).claim_token, [gone]);
    expect(await state()).toMatchObject({ waiting: 1, failing: 1 });

    await store.sql.query(`update lead_sync.intake_inbox set received_at = received_at - interval '3 days'`);
    await later('1 day');
    await settle((await claim()).claim_token, [gone]);
    expect(await state()).toMatchObject({ waiting: 0, failing: 0 });
    expect(await store.rows('select last_error from lead_sync.intake_inbox')).toEqual([{ last_error: gone.error }]);
    expect(await add([hint('1')])).toMatchObject({ added: 0, known: 1, waiting: 0 });
  });

  test('a reader that was given up says nothing of failures any more, and what it stored counts', async () => {
    await add([hint('1'), hint('2')]);
    const old = await claim();
    await later('11 minutes');
    await claim();

    expect(await settle(old.claim_token, [{ external_id: '1', error: 'late' }, { external_id: '2' }])).toEqual({
      done: 1,
      failed: 0,
    });
    expect(await state()).toMatchObject({ waiting: 1, failing: 0 });
    expect(await settle(old.claim_token, [{ external_id: '2', error: 'late' }])).toEqual({ done: 0, failed: 0 });
  });

  test('a cursor moves with its hints, and never back', async () => {
    const cursor = (read_until: string) => ({ p_cursor: { channel: 'form 7', read_until } });
    await add([hint('1')], cursor('2026-01-02T00:00:00Z'));
    await add([], cursor('2026-01-01T00:00:00Z'));
    await expect(add([hint('2')], cursor('no time'))).rejects.toThrow('invalid input syntax');

    expect(await state()).toMatchObject({ waiting: 1 });
    const { cursors } = (await state()) as { cursors: Record<string, string> };
    expect(new Date(cursors['form 7']).toISOString()).toBe('2026-01-02T00:00:00.000Z');
  });

  test.each([
    [{ p_source: '' }, 'p_source must be the name of a source'],
    [{ p_hints: {} }, 'p_hints must be an array'],
    [{ p_cursor: { channel: 'x' } }, 'p_cursor must be {channel, read_until}'],
  ])('says what is wrong with %j', async (args, message) => {
    await expect(add([], args)).rejects.toThrow(message);
  });

  test('maintenance removes them when sources no longer have their leads', async () => {
    await add([hint('1'), hint('2')]);
    await store.sql.query(
      "update lead_sync.intake_inbox set received_at = now() - interval '93 days' where external_id = '1'",
    );

    await store.rpc('run_sync_maintenance');

    expect(idsOf(await claim())).toEqual(['2']);
  });

  test('leads that cannot be read for over an hour are one alert, which ends when they are', async () => {
    await store.sql.query(`update lead_sync.alert_rules set enabled = alert = 'failing_hints'`);
    const now = Date.now();
    const look = async (minutes: number) =>
      (
        await store.rpc<{ notifications: Json[] }>('update_sync_alerts', {
          p_now: new Date(now + minutes * 60_000).toISOString(),
        })
      ).notifications;
    await add([hint('1'), hint('2'), hint('3')]);
    const { claim_token } = await claim();
    await settle(claim_token, [{ external_id: '1', error: 'missing: no such lead' }, { external_id: '2' }]);

    expect(await look(55)).toEqual([]);
    expect(await look(65)).toMatchObject([
      {
        alert: 'failing_hints',
        kind: 'raised',
        message: '1 lead was named by a source over an hour ago and cannot be read or stored.',
        examples: ['meta 1: missing: no such lead'],
      },
    ]);
    await settle(claim_token, [{ external_id: '1' }]);
    expect(await look(70)).toMatchObject([{ alert: 'failing_hints', kind: 'recovered' }]);
  });
});

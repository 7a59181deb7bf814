import { accountTime, KnowlarityApi } from '../../../stand-ins/knowlarity';
import { useStore, type Json } from '../../database/store';
import { runNode } from './run-node';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** From the call log to the leads in the database. */
describe('the intake of calls', () => {
  const store = useStore();
  let api: KnowlarityApi;
  let baseUrl: string;

  beforeEach(async () => {
    api = new KnowlarityApi();
    baseUrl = await api.listen();
  });
  afterEach(() => api.close());

  const poll = async (parameters: Json = {}): Promise<Json> =>
    (await runNode(api, baseUrl, { resource: 'intake', operation: 'poll', read: 'all', ...parameters }))[0]
      .json as Json;
  const customer = (n: number): string => `+91981${String(n).padStart(7, '0')}`;
  const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);
  const leads = () => store.rows('select * from public.leads order by phone');
  const touches = () => store.rows('select * from public.lead_touches order by external_id');
  const state = () => store.rpc<Json>('get_intake', { p_source: 'knowlarity' });
  const cursor = async (): Promise<number> => Date.parse(((await state()).cursors as { calls: string }).calls);
  const moveCursorBack = async (milliseconds: number) =>
    await store.sql.query('update lead_sync.intake_cursors set read_until = $1', [ago(milliseconds)]);

  test('a call is stored once, with its phone and how it was, however often the log is read', async () => {
    const { uuid } = api.store.addCall('9812345678');

    expect(await poll()).toMatchObject({ found: 1, created: 1, completed: 0, failed: 0, more_due: false });
    expect(await poll()).toMatchObject({ found: 1, created: 0, unchanged: 1, completed: 0 });
    expect(await leads()).toMatchObject([
      { phone: '+919812345678', email: null, first_name: null, lead_source: 'knowlarity' },
    ]);
    expect(await touches()).toMatchObject([
      {
        source: 'knowlarity',
        external_id: uuid,
        kind: 'call',
        medium: 'Incoming',
        agent: '+919800000001',
        duration_seconds: '65',
        outcome: 'answered',
        raw: { call_recording: 'https://recordings.example/made-up.mp3' },
      },
    ]);
  });

  test('a call in progress gets its end when it is over', async () => {
    const { uuid } = api.store.addCall(customer(1), { agent_number: '', call_duration: 0, call_recording: null });
    await poll();
    expect(await touches()).toMatchObject([{ outcome: null, duration_seconds: '0', agent: null }]);

    api.store.change(uuid, { agent_number: '+919800000002', call_duration: 321 });
    expect(await poll()).toMatchObject({ created: 0, completed: 1 });
    expect(await touches()).toMatchObject([
      { outcome: 'answered', duration_seconds: '321', agent: '+919800000002', raw: { call_duration: 321 } },
    ]);
  });

  test('after three days of downtime one poll brings all, page by page, in windows of six hours', async () => {
    await poll();
    await moveCursorBack(72 * HOUR);
    for (let n = 0; n < 250; n++) api.store.addCall(customer(n), {}, ago((n * 72 * HOUR) / 250));

    expect(await poll()).toMatchObject({ created: 250, failed: 0, more_due: false });
    expect(await touches()).toHaveLength(250);
    expect(Date.now() - (await cursor())).toBeLessThan(MINUTE);
  });

  test('what a poll had no time for, the next one reads', async () => {
    await poll();
    await moveCursorBack(72 * HOUR);
    for (const hours of [70, 40, 10]) api.store.addCall(customer(hours), {}, ago(hours * HOUR));

    expect(await poll({ maxDuration: 0.000001 })).toMatchObject({ created: 1, more_due: true });
    expect(await poll()).toMatchObject({ created: 2, more_due: false });
  });

  test('a poll reads the overlap again, and only that', async () => {
    await poll();
    api.store.addCall(customer(1), {}, ago(30 * MINUTE));
    api.store.addCall(customer(2), {}, ago(90 * MINUTE));

    expect(await poll()).toMatchObject({ found: 1, created: 1 });
    expect(await poll({ options: { overlap: 120 } })).toMatchObject({ found: 2, created: 1 });
  });

  test('a push has the last minutes read and leaves the cursor where it is', async () => {
    await poll();
    await moveCursorBack(4 * HOUR);
    const before = await cursor();
    api.store.addCall(customer(1));
    api.store.addCall(customer(2), {}, ago(2 * HOUR));

    expect(await poll({ read: 'last', minutes: 15 })).toMatchObject({ found: 1, created: 1 });
    expect(await cursor()).toBe(before);
    expect(await poll()).toMatchObject({ found: 2, created: 1 });
  });

  test('times without an offset are those of the account', async () => {
    api.store.hasOffsets = false;
    const at = ago(10 * MINUTE);
    api.store.addCall(customer(1), {}, at);

    await poll();
    const [{ touched_at }] = await touches();
    expect(accountTime(touched_at as Date)).toBe(accountTime(at));
  });

  test('a missed call is marked, and withheld numbers make no lead', async () => {
    api.store.addMissedCall(customer(1));
    api.store.addCall('anonymous');

    expect(await poll()).toMatchObject({ found: 2, created: 1, without_number: 1 });
    expect(await touches()).toMatchObject([{ outcome: 'missed', agent: null }]);
  });

  test('calls can be narrowed to a number of yours; each choice is read on its own', async () => {
    api.store.addCall(customer(1));
    api.store.addCall(customer(2), { knowlarity_number: '+918000000002' });

    expect(await poll({ filters: { knowlarityNumber: '+918000000002' } })).toMatchObject({ created: 1 });
    expect(Object.keys((await state()).cursors as object)).toEqual(['calls knowlarity_number=+918000000002']);
    expect(await poll()).toMatchObject({ found: 2, created: 1 });
  });

  test('throttling and a broken gateway are waited for; what else fails leaves the cursor and tells what to do', async () => {
    api.store.addCall(customer(1));
    api.faults.push('throttled', 'broken');
    expect(await poll()).toMatchObject({ created: 1 });
    const before = await cursor();

    api.faults.push('cut off');
    await expect(poll()).rejects.toThrow('The answer of Knowlarity was cut off');
    api.faults.push('unreachable');
    await expect(poll()).rejects.toThrow(/^(The answer of Knowlarity was cut off|Knowlarity cannot be reached)/);
    expect(await cursor()).toBe(before);
  });

  test('a call that the database refuses leaves the others alone, is told without its person, and comes again', async () => {
    await store.sql.query(`create function public.nobody_else() returns trigger language plpgsql as $$
      begin if new.phone = '${customer(1)}' then raise exception 'the number ${customer(1)} is not welcome'; end if; return new; end $$;
      create trigger nobody_else before insert on public.leads for each row execute function public.nobody_else()`);
    try {
      const [refused] = [1, 2].map((n) => api.store.addCall(customer(n), {}, ago(50 * MINUTE)));
      const report = await poll();
      expect(report).toMatchObject({ created: 1, failed: 2 }); // by the poll, and again out of the inbox
      expect(JSON.stringify(report)).not.toContain('1981');
      expect(await state()).toMatchObject({ waiting: 1, failing: 1 });
      expect(report.troubles).toMatchObject([{ ids: [refused.uuid, refused.uuid] }]);
    } finally {
      await store.sql.query('drop trigger nobody_else on public.leads; drop function public.nobody_else()');
    }
    await store.sql.query("update lead_sync.intake_inbox set due_at = due_at - interval '1 day'");
    expect(await poll({ options: { overlap: 0 } })).toMatchObject({ found: 0, created: 1, failed: 0 });
    expect(await state()).toMatchObject({ waiting: 0 });
  });

  test('a wrong key and a wrong authorization are told apart', async () => {
    const with_ = (credential: object) =>
      runNode(api, baseUrl, { resource: 'call', operation: 'getMany', limit: 1 }, { credential });

    await expect(with_({ apiKey: 'another-made-up-key' })).rejects.toThrow('Knowlarity does not take the x-api-key');
    await expect(with_({ authorizationToken: 'made-up-other' })).rejects.toThrow('does not take the authorization');
    await expect(with_({ timeZone: 'India' })).rejects.toThrow('The time zone "India"');
    await expect(with_({ country: 'Hindustan' })).rejects.toThrow('The country "Hindustan"');
    await expect(with_({ baseUrl: 'kpi' })).rejects.toThrow('is no address');
    await expect(with_({ apiKey: ' ' })).rejects.toThrow('lacks the x-api-key');
  });

  test('Get Many gives what Create or Update takes, or what Knowlarity gave, up to a limit', async () => {
    for (let n = 0; n < 130; n++) api.store.addCall(customer(n), {}, ago(n * MINUTE));
    api.store.addCall('anonymous', {}, ago(3 * HOUR));
    const get = async (parameters: Json = {}) =>
      (await runNode(api, baseUrl, { resource: 'call', operation: 'getMany', ...parameters })).map(({ json }) => json);

    expect(await get()).toHaveLength(50);
    expect(await get({ returnAll: true })).toHaveLength(130);
    expect(await get({ returnAll: true, output: 'raw' })).toHaveLength(131);
    expect((await get({ limit: 1 }))[0]).toMatchObject({ phone: customer(0), touch: { kind: 'call' } });
    const after = ago(20.5 * MINUTE).toISOString();
    const before = ago(10.5 * MINUTE).toISOString();
    expect(await get({ returnAll: true, after, before })).toHaveLength(10);
    expect(await get({ filters: { customerNumber: customer(7) } })).toMatchObject([{ phone: customer(7) }]);
    await expect(get({ after: before, before: after })).rejects.toThrow('After is later than Before');
  });
});

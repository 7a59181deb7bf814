import fc from 'fast-check';
import type { Client } from 'pg';
import type { GivenTurn } from '../../nodes/Twenty/transport/shared-budget';
import { TokenBucket } from '../../stand-ins/twenty';
import { connectDatabase } from '../setup/database';
import { useStore, type Json } from './store';

const START = Date.parse('2026-01-01T00:00:00Z');
const INTERVAL = 620;

/** What a process knows at first of Twenty's default limit. */
const LEARNED = { belief: 0, calls_per_minute: 100, at_once: 100, age: 0, note: 'as the nodes know it' };

/** Asks for a turn so many milliseconds after the start. */
interface Ask {
  at?: number;
  learned?: Json;
  base?: number | null;
  reserve?: number;
  refused?: boolean;
  within?: number | null;
}

describe('turns to call Twenty', () => {
  const store = useStore();
  let other: Client;
  beforeAll(async () => void (other = await connectDatabase()));
  afterAll(() => other.end());

  async function take(ask: Ask = {}, sql: Client = store.sql): Promise<GivenTurn> {
    const { at = 0, learned = LEARNED, base = null, reserve = 0, refused = false, within = null } = ask;
    const { rows } = await sql.query<{ given: GivenTurn }>(
      `select lead_sync.take_turn('crm.example', $1, $2, $3, $4, $5, $6) as given`,
      [learned, base, reserve, refused, within, new Date(START + at)],
    );
    return rows[0].given;
  }

  async function takeMany(count: number, ask: Ask = {}): Promise<number[]> {
    const waits = [];
    for (let turn = 0; turn < count; turn += 1) waits.push(Math.round((await take(ask)).wait_ms));
    return waits;
  }

  const tokens = async (): Promise<number> =>
    (await store.rows<{ tokens: number }>('select tokens from lead_sync.rate_limits'))[0].tokens;

  test('two connections never get more at once than the bucket holds, and then one each an interval', async () => {
    const half = async (sql: Client): Promise<number[]> => {
      const waits = [];
      for (let turn = 0; turn < 52; turn += 1) waits.push(Math.round((await take({}, sql)).wait_ms));
      return waits;
    };

    const waits = (await Promise.all([half(store.sql), half(other)])).flat().sort((a, b) => a - b);

    expect(waits.slice(0, 100)).toEqual(Array(100).fill(0));
    expect(waits.slice(100)).toEqual([1, 2, 3, 4].map((turn) => turn * INTERVAL));
  });

  test('come in the order in which they are asked for', async () => {
    await takeMany(100);

    expect([await take(), await take({ at: 100 }), await take({ at: 200 })]).toMatchObject([
      { granted: true, wait_ms: INTERVAL, ahead: 0, paced: true, pressed: true },
      { granted: true, wait_ms: 2 * INTERVAL - 100, ahead: 1 },
      { granted: true, wait_ms: 3 * INTERVAL - 200, ahead: 2 },
    ]);
  });

  test('that nobody comes to, for their processes died, cost an interval each and hold up nobody after that', async () => {
    await takeMany(105);

    expect((await take({ at: 6 * INTERVAL })).wait_ms).toBe(0);
    expect((await take({ at: 16 * INTERVAL })).wait_ms).toBe(0);
    expect(await tokens()).toBe(9);
  });

  test('that lie an hour ahead since the clock was set back hold up nobody', async () => {
    await takeMany(100, { at: 3_600_000 });

    expect(await take({ within: 240_000 })).toMatchObject({ granted: true, wait_ms: INTERVAL });
  });

  test('that come too late are not taken', async () => {
    await takeMany(100);

    expect(await take({ within: INTERVAL - 1 })).toMatchObject({ granted: false });
    expect(await take({ within: INTERVAL })).toMatchObject({ granted: true, wait_ms: INTERVAL });
  });

  test('are left over for who comes with no reserve', async () => {
    const scheduled = await takeMany(92, { reserve: 10 });
    const urgent = await takeMany(3);

    expect(scheduled.slice(88)).toEqual([0, 0, INTERVAL, 2 * INTERVAL]);
    expect(urgent).toEqual([0, 0, 0]);
  });

  test('of a reserve that was used wait for two intervals until it is full again, however many ask', async () => {
    await takeMany(90, { reserve: 10 });
    await takeMany(10);

    const waits = await takeMany(3, { reserve: 10 });

    expect(waits).toEqual([2, 4, 6].map((turn) => turn * INTERVAL));
    expect(await takeMany(2)).toEqual([6 * INTERVAL, 6 * INTERVAL]);
    expect(await takeMany(12, { at: 100_000, reserve: 10 })).toEqual(Array(12).fill(0));
  });

  test('begin anew for all when one process was refused', async () => {
    await takeMany(3);

    expect(await take({ refused: true })).toMatchObject({ wait_ms: INTERVAL });
    expect(await take({}, other)).toMatchObject({ wait_ms: 2 * INTERVAL });
  });

  test('are given at the rate that one process has found out', async () => {
    await take();
    const found = { ...LEARNED, belief: 1, calls_per_minute: 50, at_once: 48, note: 'found out' };

    expect(await take({ learned: found, base: 0 })).toMatchObject({ belief: 1, learned: null });
    const answer = await take({ at: 5_000, base: 0 });

    expect(answer).toMatchObject({ belief: 1, learned: { ...found, age: 5_000 } });
    expect((await takeMany(48, { at: 5_000, learned: found, base: 1 })).at(-1)).toBe(2 * INTERVAL);
  });

  test('are not given by what builds on older knowledge: who has it learns first', async () => {
    await take();
    await take({ learned: { ...LEARNED, belief: 1, calls_per_minute: 50, note: 'first' }, base: 0 });

    const late = await take({ learned: { ...LEARNED, belief: 1, calls_per_minute: 70, note: 'late' }, base: 0 });

    expect(late.learned).toMatchObject({ calls_per_minute: 50, note: 'first' });
  });

  test('never overdraw the server, whoever asks when', async () => {
    const asks = fc.array(fc.record({ pause: fc.integer({ min: 0, max: 2_500 }), reserve: fc.constantFrom(0, 2) }), {
      minLength: 20,
      maxLength: 60,
    });
    await fc.assert(
      fc.asyncProperty(asks, async (asked) => {
        await store.sql.query('truncate lead_sync.rate_limits');
        const calls: number[] = [];
        let at = 0;
        for (const { pause, reserve } of asked) {
          at += pause;
          const learned = { ...LEARNED, calls_per_minute: 20, at_once: 20 };
          calls.push(at + (await take({ at, reserve, learned })).wait_ms);
        }
        let now = 0;
        const server = new TokenBucket({ tokens: 20, windowMs: 60_000 }, () => now);
        for (now of calls.sort((a, b) => a - b)) expect(server.tryTake()).toBe(true);
      }),
      { numRuns: 40, seed: 1 },
    );
  });

  test('are asked for through the API with the workspace alone', async () => {
    const first = await store.rpc<GivenTurn>('take_call', { p_workspace: 'crm.example', p_learned: LEARNED });

    expect(first).toMatchObject({ granted: true, wait_ms: 0, belief: 0, learned: { note: LEARNED.note } });
    expect(await tokens()).toBe(99);
  });
});

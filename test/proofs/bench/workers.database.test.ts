import type { TwentyClient } from '../../../nodes/Twenty/transport/client';
import { measureWorkers, Workers } from '../../../proofs/bench/rate-limit/workers';
import { useStore } from '../../database/store';

const MINUTE = 60_000;

async function callUntil(client: TwentyClient, end: number): Promise<void> {
  while (client.clock.now() < end) await client.rest('GET', '/people?limit=1');
}

/** Several n8n processes and one Twenty, at its default limit of 100 calls a minute, on one clock; the database is the real one. */
describe('workers that share one budget', () => {
  const store = useStore();

  /** Processes that call as often as they may. */
  function processes(count: number, share = true) {
    const workers = new Workers(store.sql, share);
    const clients = Array.from({ length: count }, () => workers.client());
    const callAllUntil = (end: number) => Promise.all(clients.map((client) => callUntil(client, end)));
    return { workers, clients, callAllUntil };
  }
  const four = () => processes(4);

  async function afterTheFirstMinute(count: number, share = true): Promise<{ perMinute: number; refused: number }> {
    const { workers, callAllUntil } = processes(count, share);
    await callAllUntil(MINUTE);
    workers.double.stats.reset();
    const started = workers.clock.now();
    await callAllUntil(6 * MINUTE);
    const { calls, limited } = workers.double.stats.snapshot();
    return { perMinute: (calls / (workers.clock.now() - started)) * MINUTE, refused: limited };
  }

  test.each([1, 4])('%i of them use 95 %% of the limit and are never refused', async (count) => {
    const { perMinute, refused } = await afterTheFirstMinute(count);
    expect(refused).toBe(0);
    expect(perMinute).toBeGreaterThan(95);
    expect(perMinute).toBeLessThanOrEqual(100);
  });

  test('4 of them that each believe to have the whole limit are refused again and again', async () => {
    const { perMinute, refused } = await afterTheFirstMinute(4, false);
    expect(refused).toBeGreaterThan(10);
    expect(perMinute).toBeLessThan(90);
  });

  test('push at the speed that one has alone', async () => {
    const { refused, leads_per_s } = await measureWorkers(store.sql, 4, 1);
    expect(refused).toBe(0);
    expect(leads_per_s).toBeGreaterThan(150);
  });

  test('ask once a call, however long they wait', async () => {
    const { workers, callAllUntil } = four();
    await callAllUntil(3 * MINUTE);
    expect(workers.questions).toBe(workers.double.stats.snapshot().calls);
  });

  test('get the same each', async () => {
    const { clients, callAllUntil } = four();
    await callAllUntil(5 * MINUTE);
    const calls = clients.map((client) => client.calls);
    expect(Math.max(...calls) - Math.min(...calls)).toBeLessThanOrEqual(2);
  });

  test('let a drain of webhooks go first, which does not wait for their turns', async () => {
    const { workers, callAllUntil } = four();
    const { clock } = workers;
    const urgent = workers.client('urgent');
    const busy = callAllUntil(4 * MINUTE);
    await clock.sleep(3 * MINUTE);
    for (let call = 0; call < 3; call += 1) await urgent.rest('GET', '/people?limit=1');
    expect(clock.now()).toBeLessThan(3 * MINUTE + 3 * 330);
    await busy;
    expect(workers.double.stats.snapshot().limited).toBe(0);
  });

  test('go on beside a drain that never ends', async () => {
    const { workers, clients, callAllUntil } = four();
    const urgent = workers.client('urgent');
    await Promise.all([callAllUntil(6 * MINUTE), callUntil(urgent, 6 * MINUTE)]);
    const scheduled = clients.reduce((sum, { calls }) => sum + calls, 0);
    expect(urgent.calls).toBeGreaterThan(100);
    expect(scheduled).toBeGreaterThan(200);
    expect(workers.double.stats.snapshot().limited).toBe(0);
  });

  test('all learn what one of them was told', async () => {
    const { workers, clients, callAllUntil } = four();
    workers.double.setRateLimit({ tokens: 60, windowMs: MINUTE });
    await callAllUntil(3 * MINUTE);
    workers.double.stats.reset();
    await callAllUntil(6 * MINUTE);
    const { calls, limited } = workers.double.stats.snapshot();
    expect(clients.map(({ callsPerMinute }) => callsPerMinute)).toEqual([60, 60, 60, 60]);
    expect(limited).toBe(0);
    expect(calls / 3).toBeGreaterThan(0.95 * 60);
  });

  test('go on more slowly while the database is away, say so once each, and share again when it is back', async () => {
    const { workers, clients, callAllUntil } = four();
    await callAllUntil(2 * MINUTE);
    workers.double.stats.reset();
    workers.isAway = true;
    await callAllUntil(5 * MINUTE);
    const away = workers.double.stats.snapshot();
    workers.isAway = false;
    await callAllUntil(8 * MINUTE);

    expect(away.calls).toBeGreaterThan(3 * 40);
    expect(away.calls).toBeLessThan(3 * 60);
    expect(workers.warnings).toHaveLength(clients.length);
    expect(workers.warnings[0]).toContain('an eighth of the limit');
    const { calls, limited } = workers.double.stats.snapshot();
    expect(limited).toBe(0);
    expect(calls - away.calls).toBeGreaterThan(3 * 90);
  });
});

import { RateBudget, sharedRateBudget } from '../../../../nodes/Twenty/transport/rate-budget';
import { workspaceOf } from '../../../../nodes/Twenty/transport/workspace-of-key';
import { ServerLimiter } from '../support/server-limiter';
import { VirtualClock } from '../support/virtual-clock';

async function callSteadily(calls: number, latency: (call: number) => number, callsPerMinute = 100) {
  const clock = new VirtualClock();
  const server = new ServerLimiter(() => clock.now(), callsPerMinute);
  const budget = new RateBudget(callsPerMinute, clock);
  for (let call = 0; call < calls; call++) {
    await budget.take(1);
    server.accept();
    await clock.sleep(latency(call));
  }
  return { server, minutes: clock.now() / 60_000 };
}

describe('rate budget', () => {
  it.each([
    ['answers at once', () => 1],
    ['answers in 300 ms', () => 300],
    ['answers at odd moments', (call: number) => 1 + ((call * 7919) % 1500)],
  ])('is never refused by a server that %s', async (_name, latency) => {
    const { server } = await callSteadily(600, latency);

    expect(server.refused).toBe(0);
    expect(server.accepted).toBe(600);
  });

  it('spends the whole bucket first and then one token per 620 ms', async () => {
    const { minutes } = await callSteadily(197, () => 1);

    expect(minutes * 60_000).toBeGreaterThan(97 * 620);
    expect(minutes * 60_000).toBeLessThan(97 * 620 + 1_000);
  });

  it('leaves room for 450,000 leads an hour in batches of 200 with a read and a write each', async () => {
    const batches = 1_000;
    const { minutes } = await callSteadily(2 * batches, () => 400);

    expect((batches * 200) / (minutes / 60)).toBeGreaterThan(450_000);
  });

  it('leaves room for 2,000,000 leads an hour in pages of 1,000', async () => {
    const pages = 1_000;
    const { minutes } = await callSteadily(pages, () => 500);

    expect((pages * 1_000) / (minutes / 60)).toBeGreaterThan(2_000_000);
  });

  it('takes as many tokens as a request has root operations', async () => {
    const clock = new VirtualClock();
    const server = new ServerLimiter(() => clock.now());
    const budget = new RateBudget(100, clock);

    for (let request = 0; request < 60; request++) {
      await budget.take(5);
      server.accept(5);
    }

    expect(server.refused).toBe(0);
    expect(clock.now()).toBeGreaterThanOrEqual(40 * 5 * 620);
  });

  it('serves callers in the order in which they came', async () => {
    const budget = new RateBudget(1, new VirtualClock());
    const served: string[] = [];

    await Promise.all(
      ['first', 'second', 'third'].map(async (name) => {
        await budget.take(1);
        served.push(name);
      }),
    );

    expect(served).toEqual(['first', 'second', 'third']);
  });

  it('says how long a caller waited and how many stood before it', async () => {
    const budget = new RateBudget(1, new VirtualClock());

    const [first, second, third] = await Promise.all([budget.take(1), budget.take(1), budget.take(1)]);

    expect(first).toMatchObject({ granted: true, milliseconds: 0, ahead: 0 });
    expect(second).toMatchObject({ granted: true, milliseconds: 62_000, ahead: 1 });
    expect(third).toMatchObject({ granted: true, milliseconds: 124_000, ahead: 2 });
  });

  it('lets a cancelled caller go at once, without holding up the ones behind it', async () => {
    const clock = new VirtualClock();
    const budget = new RateBudget(1, clock);
    const cancel = new AbortController();
    await budget.take(1);
    const cancelled = budget.take(1, { signal: cancel.signal });
    const behind = budget.take(1);

    cancel.abort(new Error('stopped by the user'));

    await expect(cancelled).rejects.toThrow('stopped by the user');
    await expect(behind).resolves.toMatchObject({ granted: true });
    expect(clock.now()).toBe(62_000);
  });

  it('does not wait for tokens that would come after the deadline', async () => {
    const clock = new VirtualClock();
    const budget = new RateBudget(1, clock);
    await budget.take(1);

    const turn = await budget.take(1, { deadline: 30_000 });

    expect(turn.granted).toBe(false);
    expect(clock.now()).toBe(0);
  });

  it('starts from empty when the server says that the limit is reached', async () => {
    const clock = new VirtualClock();
    const budget = new RateBudget(100, clock);

    budget.refused(await budget.take(1));
    await budget.take(1);

    expect(clock.now()).toBe(620);
  });

  it('is one for all who talk to a workspace, and follows its credential', () => {
    const clock = new VirtualClock();

    const one = sharedRateBudget('crm.example.test', 100, clock);
    const other = sharedRateBudget('crm.example.test', 50, clock);

    expect(other).toBe(one);
    expect(one.callsPerMinute).toBe(50);
    expect(sharedRateBudget('other.example.test', 100, clock)).not.toBe(one);
  });

  it('gives no call more where two credentials with different limits take turns', async () => {
    const clock = new VirtualClock();
    const budget = new RateBudget(50, clock);
    for (let call = 0; call < 50; call++) await budget.take(1);

    budget.setCallsPerMinute(100);
    await budget.take(1);

    expect(clock.now()).toBe(620);
  });

  it('is another one for each workspace of one address, where the API keys say which it is', () => {
    const clock = new VirtualClock();
    const key = (workspaceId: unknown, signature = 'c2ln'): string =>
      ['{"alg":"HS256"}', JSON.stringify({ sub: workspaceId, type: 'API_KEY', workspaceId })]
        .map((part) => Buffer.from(part).toString('base64url'))
        .join('.') + `.${signature}`;
    const budgetOf = (apiKey: string): RateBudget => sharedRateBudget(workspaceOf('api.twenty.com', apiKey), 0, clock);
    const [one, other] = ['20202020-1c25-4d02-bf25-6aeccf7ea419', '3b8e6458-5fc1-4e63-8563-008ccddaa6db'];

    expect(budgetOf(key(one, 'b3RoZXI'))).toBe(budgetOf(key(one)));
    expect(budgetOf(key(other))).not.toBe(budgetOf(key(one)));
    expect(budgetOf(key(other)).callsPerMinute).toBe(50);
    for (const unsaid of ['key', 'a.b.c', key('crm'), key(1), 'a.bnVsbA.c'])
      expect(workspaceOf('api.twenty.com', unsaid)).toBe('api.twenty.com');
  });
});

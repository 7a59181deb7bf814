import { TwentyClient, type Send } from '../../../../nodes/Twenty/transport/client';
import { RateBudget, sharedRateBudget } from '../../../../nodes/Twenty/transport/rate-budget';
import { readTwentyUrl } from '../../../../nodes/Twenty/transport/url';
import { ServerLimiter } from '../support/server-limiter';
import { VirtualClock } from '../support/virtual-clock';

const LIMIT_REACHED = {
  status: 200,
  headers: {},
  text: JSON.stringify({
    data: { people: null },
    errors: [
      {
        message: 'Limit reached (100 tokens per 60000 ms)',
        extensions: { subCode: 'LIMIT_REACHED', code: 'BAD_USER_INPUT' },
      },
    ],
  }),
};
const REST_LIMIT_REACHED = {
  status: 429,
  headers: {},
  text: JSON.stringify({
    statusCode: 429,
    error: 'HttpException',
    messages: ['Limit reached (100 tokens per 60000 ms)'],
  }),
};
const FINE = { status: 200, headers: { date: 'Thu, 01 Jan 2026 10:00:00 GMT' }, text: '{"data":{"people":[]}}' };

function setUp(send: Send, options: { maxWaitMs?: number; signal?: AbortSignal } = {}) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const urls = readTwentyUrl('https://crm.example.test');
  if (!urls) throw new Error('the URL is valid');
  const budget = new RateBudget(100, clock);
  const client = new TwentyClient({
    urls,
    send,
    clock,
    budget,
    log: (level, message) => void log.push(`${level}: ${message}`),
    ...options,
  });
  const call = async () => await client.graphql('people', { document: '{people{id}}', variables: {} });
  return { client, clock, log, call, budget };
}

describe('a client that meets the rate limit', () => {
  it.each([
    ['GraphQL form', LIMIT_REACHED],
    ['REST form', REST_LIMIT_REACHED],
  ])('waits and sends the same call again, %s', async (_name, refusal) => {
    const answers = [refusal, refusal, FINE];
    const { call, clock, client, log } = setUp(async () => await Promise.resolve(answers.shift() ?? FINE));

    const answer = await call();

    expect(answer.ok).toBe(true);
    expect(clock.now()).toBe(620 + Math.ceil(620 / 0.7));
    expect(client.calls).toBe(1);
    expect(log.filter((line) => line.startsWith('warn') && line.includes('sent again'))).toHaveLength(2);
  });

  it('says once that Twenty takes less than was expected, and goes on more slowly', async () => {
    const stated = { ...LIMIT_REACHED, text: LIMIT_REACHED.text.replace('100 tokens', '40 tokens') };
    let sent = 0;
    const { call, log, budget } = setUp(async () => await Promise.resolve(++sent === 3 ? stated : FINE));

    for (let calls = 0; calls < 9; calls++) await call();

    expect(budget.callsPerMinute).toBe(40);
    expect(log.filter((line) => line.includes('takes less than the 100 calls a minute'))).toHaveLength(1);
  });

  it.each([
    ['crm.example.test', 100],
    ['api.twenty.com', 50],
    ['eu.api.twenty.com', 50],
    ['twenty.com.example.test', 100],
  ])('begins at %s with %i calls a minute unless the credential says otherwise', (host, calls) => {
    const clock = new VirtualClock();

    expect(sharedRateBudget(host, 0, clock).callsPerMinute).toBe(calls);
    expect(sharedRateBudget(host, 70, clock).callsPerMinute).toBe(70);
  });

  it('gives up after the total wait, and says so', async () => {
    const { call, clock } = setUp(async () => await Promise.resolve(LIMIT_REACHED), { maxWaitMs: 10_000 });

    const answer = await call();

    expect(answer).toMatchObject({ ok: false, failure: { category: 'rate_limit', outcome: 'not_sent' } });
    expect(clock.now()).toBeLessThanOrEqual(10_000);
  });

  it('logs a wait of more than a second with its length and reason', async () => {
    const { call, log, budget } = setUp(async () => await Promise.resolve(FINE));
    budget.refused(await budget.take(1));

    await Promise.all([call(), call(), call()]);

    expect(log).toHaveLength(2);
    expect(log[0]).toMatch(/^info: Waited 1\.2 s for Twenty's rate limit \(100 calls a minute, 1 other calls/);
  });

  it('stops waiting when the execution is cancelled', async () => {
    const cancel = new AbortController();
    const { call, budget } = setUp(async () => await Promise.resolve(FINE), { signal: cancel.signal });
    budget.refused(await budget.take(1));

    const waiting = call();
    cancel.abort(new Error('stopped'));

    expect(await waiting).toMatchObject({ ok: false, failure: { category: 'cancelled', outcome: 'not_sent' } });
  });

  it('does not start a call after its latest start', async () => {
    let sent = 0;
    const { client, budget } = setUp(async () => {
      sent++;
      return await Promise.resolve(FINE);
    });
    budget.refused(await budget.take(1));

    const answer = await client.graphql('people', { document: '{people{id}}', variables: {}, startBefore: 100 });

    expect(answer).toMatchObject({ ok: false, failure: { outcome: 'not_sent' } });
    expect(sent).toBe(0);
  });

  it('is refused by nobody when it shares the limit with another client in this process', async () => {
    const clock = new VirtualClock();
    const server = new ServerLimiter(() => clock.now());
    const budget = new RateBudget(100, clock);
    const urls = readTwentyUrl('https://crm.example.test');
    if (!urls) throw new Error('the URL is valid');
    const send: Send = async () => {
      const accepted = server.accept();
      await clock.sleep(250);
      return accepted ? FINE : LIMIT_REACHED;
    };
    const clients = [1, 2].map(() => new TwentyClient({ urls, send, clock, budget }));

    await Promise.all(
      clients.map(async (client) => {
        for (let call = 0; call < 150; call++) {
          await client.graphql('people', { document: '{people{id}}', variables: {} });
        }
      }),
    );

    expect(server.refused).toBe(0);
    expect(server.accepted).toBe(300);
  });
});

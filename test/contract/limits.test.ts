import type { TwentyDouble } from '../../stand-ins/twenty';
import { Target, isRealServer, type Answer } from './support/target';

/** On a real server the limit is everybody's: it would have to be exhausted to be seen. */
const suite = isRealServer ? describe.skip : describe;

const QUERY = '{people(first:1){edges{node{id}}}}';
const MESSAGE = 'Limit reached (100 tokens per 60000 ms)';

const reached = {
  message: MESSAGE,
  extensions: {
    subCode: 'LIMIT_REACHED',
    userFriendlyMessage: 'Rate limit reached. Please try again later.',
    code: 'BAD_USER_INPUT',
  },
};

suite('the rate limit (not on a real server: it would have to be exhausted)', () => {
  let target: Target;
  let now = Date.parse('2026-01-01T00:00:00Z');

  beforeEach(async () => {
    target = await Target.open({ rateLimit: { tokens: 100, windowMs: 60_000 }, clock: () => now });
  });
  afterEach(() => target.close());

  const read = (): Promise<Answer> => target.rest('GET', 'people?limit=1');
  const statuses = async (count: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let call = 0; call < count; call += 1) seen.push((await read()).status);
    return seen;
  };
  const exhaust = async (): Promise<TwentyDouble> => {
    await statuses(100);
    return target.double as TwentyDouble;
  };

  test('lets 100 calls through and answers 429 to the next, without Retry-After', async () => {
    expect(new Set(await statuses(100))).toEqual(new Set([200]));
    const refused = await read();
    expect(refused).toMatchObject({
      status: 429,
      body: { statusCode: 429, error: 'HttpException', messages: [MESSAGE] },
    });
  });

  test.each([
    { root: 'people', query: QUERY },
    { root: 'createPerson', query: 'mutation{createPerson(data:{name:{firstName:"x"}}){id}}' },
  ])('answers 200 with an error to GraphQL: $root', async ({ root, query }) => {
    const double = await exhaust();
    const answer = await target.graphql(query);
    expect(answer).toMatchObject({ status: 200, body: { data: { [root]: null }, errors: [reached] } });
    expect(double.store.count('people')).toBe(0);
  });

  test('gives one token back after 600 ms', async () => {
    await exhaust();
    now += 599;
    expect((await read()).status).toBe(429);
    now += 1;
    expect(await statuses(2)).toEqual([200, 429]);
  });

  test('takes a token for each root operation of a document', async () => {
    const double = await exhaust();
    now += 1_200;
    const answer = await target.graphql(
      '{people(first:1){totalCount} companies(first:1){totalCount} notes(first:1){totalCount}}',
    );
    expect(answer.body).toMatchObject({ data: { notes: null }, errors: [reached] });
    expect(double.stats).toMatchObject({ calls: 102, limited: 1 });
  });

  test('takes one token for a batch of 200', async () => {
    await target.rest(
      'POST',
      'batch/people',
      Array.from({ length: 200 }, () => ({})),
    );
    expect(target.double?.stats.calls).toBe(1);
  });

  test('does not limit metadata and webhooks', async () => {
    await exhaust();
    for (const path of ['metadata/objects?limit=1', 'metadata/fields?limit=1', 'webhooks']) {
      expect((await target.rest('GET', path)).status).toBe(200);
    }
  });

  test('is one limit for all keys of the workspace', async () => {
    const double = await exhaust();
    const answer = await target.send({ path: '/rest/people', authorization: `Bearer ${double.keys.issue()}` });
    expect(answer.status).toBe(429);
  });

  test('takes no token for a call with a bad key', async () => {
    await target.send({ path: '/rest/people', authorization: 'Bearer rubbish' });
    expect(target.double?.stats.calls).toBe(0);
  });
});

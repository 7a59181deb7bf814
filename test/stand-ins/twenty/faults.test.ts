import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';

describe('faults', () => {
  let double: TwentyDouble;
  beforeEach(async () => {
    double = await startTwentyDouble({ rateLimit: false });
  });
  afterEach(() => double.close());

  const graphql = (query: string): Promise<Response> =>
    fetch(`${double.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ query }),
    });
  const create = (title: string): Promise<Response> =>
    graphql(`mutation{createPerson(data:{jobTitle:"${title}"}){id}}`);
  const page = (after?: string): Promise<Response> =>
    graphql(`{people(first:1${after === undefined ? '' : `,after:"${after}"`}){pageInfo{endCursor} edges{node{id}}}}`);

  test('a lost answer leaves its effect', async () => {
    double.faults.push({ kind: 'drop-response-after-effect', match: { operation: 'createPerson' } });
    await expect(create('landed')).rejects.toThrow();
    expect(double.store.list('people')).toMatchObject([{ jobTitle: 'landed' }]);
  });

  test('a lost request has no effect', async () => {
    double.faults.push({ kind: 'drop-before-effect' });
    await expect(create('lost')).rejects.toThrow();
    expect(double.store.count('people')).toBe(0);
  });

  test('a body is cut off in the middle', async () => {
    double.faults.push({ kind: 'cut-body' });
    const response = await create('cut');
    await expect(response.text()).rejects.toThrow();
    expect(double.store.count('people')).toBe(1);
  });

  test('a status has no effect and is over after the times given', async () => {
    double.faults.push({ kind: 'status', status: 502, times: 2 });
    const statuses = [(await create('a')).status, (await create('b')).status, (await create('c')).status];
    expect(statuses).toEqual([502, 502, 200]);
    expect(double.store.list('people')).toMatchObject([{ jobTitle: 'c' }]);
    expect(double.faults).toEqual([]);
  });

  test('a fault waits for its operation, and for as many calls as told', async () => {
    double.faults.push({ kind: 'status', status: 500, match: { operation: 'createPerson' }, after: 1 });
    const statuses = [(await page()).status, (await create('first')).status, (await create('second')).status];
    expect(statuses).toEqual([200, 200, 500]);
  });

  test('a page comes again instead of the next', async () => {
    double.store.insert('people', [{}, {}]);
    const first = (await (await page()).json()) as { data: { people: { pageInfo: { endCursor: string } } } };
    double.faults.push({ kind: 'repeat-page', match: { operation: 'people' } });
    const second: unknown = await (await page(first.data.people.pageInfo.endCursor)).json();
    expect(second).toEqual(first);
  });

  test('the rate limit is reached on demand', async () => {
    double.faults.push({ kind: 'rate-limit' });
    expect(await (await create('limited')).json()).toMatchObject({
      data: { createPerson: null },
      errors: [{ extensions: { subCode: 'LIMIT_REACHED' } }],
    });
    expect(double.store.count('people')).toBe(0);
  });

  test('without a socket a delay is told, not waited for', () => {
    double.faults.push({ kind: 'delay', ms: 60_000 });
    const request = { method: 'GET', path: '/rest/people', headers: { authorization: `Bearer ${double.apiKey}` } };
    expect(double.handle(request)).toMatchObject({ status: 200, delayMs: 60_000 });
  });

  test('without a socket a lost answer is marked as lost', () => {
    double.faults.push({ kind: 'drop-response-after-effect' });
    const headers = { authorization: `Bearer ${double.apiKey}` };
    const answer = double.handle({ method: 'POST', path: '/rest/people', headers, body: {} });
    expect([answer.fate, double.store.count('people')]).toEqual(['drop', 1]);
  });
});

import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';

describe('the double’s store and control', () => {
  let double: TwentyDouble;
  beforeEach(async () => {
    double = await startTwentyDouble();
  });
  afterEach(() => double.close());

  const control = (method: string, path: string, body?: unknown): Promise<Response> =>
    fetch(`${double.url}/__double/${path}`, { method, body: body === undefined ? undefined : JSON.stringify(body) });

  test('puts records in place as the API would show them', () => {
    const [id] = double.store.insert('people', [
      {
        name: { firstName: 'Ada' },
        phones: { primaryPhoneNumber: '+33612345678' },
        updatedAt: '2026-01-01T00:00:00.123456Z',
      },
    ]);
    expect(double.store.get('person', id)).toMatchObject({
      name: { firstName: 'Ada', lastName: '' },
      phones: { primaryPhoneNumber: '612345678', primaryPhoneCountryCode: 'FR', primaryPhoneCallingCode: '+33' },
      updatedAt: '2026-01-01T00:00:00.123Z',
      emails: { primaryEmail: '', additionalEmails: [] },
    });
  });

  test('refuses a field that the object lacks', () => {
    expect(() => double.store.insert('people', [{ shoeSize: 42 }])).toThrow('person has no field shoeSize');
  });

  test('is filled, read and emptied from another process', async () => {
    const seeded = await control('POST', 'seed', { companies: [{ name: 'Co' }], people: [{}, {}] });
    expect(await seeded.json()).toEqual({
      ids: { companies: [expect.any(String)], people: [expect.any(String), expect.any(String)] },
    });
    expect(await (await control('GET', 'records/companies')).json()).toMatchObject([{ name: 'Co' }]);
    await control('POST', 'clear');
    expect(double.store.count('people')).toBe(0);
  });

  test('counts tokens, requests and bytes, and starts again', async () => {
    const headers = { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' };
    const answer = await fetch(`${double.url}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query: '{people(first:1){totalCount} companies(first:1){totalCount}}' }),
    });
    const { length } = await answer.text();
    await fetch(`${double.url}/rest/metadata/objects?limit=1`, { headers });
    const stats: unknown = await (await control('GET', 'stats')).json();
    expect(stats).toMatchObject({ calls: 2, requests: 2, limited: 0, byOperation: { people: 1, companies: 1 } });
    expect(double.stats.bytesOut).toBeGreaterThan(length);
    await control('POST', 'stats/reset');
    expect(double.stats).toMatchObject({ calls: 0, requests: 0, bytesOut: 0 });
  });

  test('changes its limit from another process', async () => {
    await control('POST', 'settings', { rateLimit: { tokens: 1, windowMs: 60_000 } });
    const read = (): number =>
      double.handle({ method: 'GET', path: '/rest/people', headers: { authorization: `Bearer ${double.apiKey}` } })
        .status;
    expect([read(), read()]).toEqual([200, 429]);
    await control('POST', 'settings', { rateLimit: false });
    expect(read()).toBe(200);
  });

  test('takes its time from the clock given', async () => {
    const clock = (): number => Date.parse('2031-05-05T05:05:05.000Z');
    const other = await startTwentyDouble({ clock });
    const response = await fetch(`${other.url}/rest/people`, { headers: { authorization: `Bearer ${other.apiKey}` } });
    await other.close();
    expect(response.headers.get('date')).toBe('Mon, 05 May 2031 05:05:05 GMT');
  });

  test('gives smaller pages and batches when told to', async () => {
    const small = await startTwentyDouble({ maxFirst: 2, maxBatch: 1, rateLimit: false });
    small.store.insert('people', [{}, {}, {}]);
    const headers = { authorization: `Bearer ${small.apiKey}` };
    const list = small.handle({
      method: 'POST',
      path: '/graphql',
      headers,
      body: { query: '{people(first:1000){pageInfo{hasNextPage} edges{node{id}}}}' },
    });
    const batch = small.handle({ method: 'POST', path: '/rest/batch/people', headers, body: [{}, {}] });
    await small.close();
    expect(JSON.parse(list.body)).toMatchObject({
      data: { people: { pageInfo: { hasNextPage: true }, edges: [{}, {}] } },
    });
    expect(JSON.parse(batch.body)).toMatchObject({ messages: ['Maximum number of records to upsert is 1.'] });
  });
});

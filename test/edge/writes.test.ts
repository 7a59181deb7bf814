import { RunningWorker } from './worker';

describe('what is written at the edge', () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await RunningWorker.open();
  });
  afterAll(() => worker.close());
  afterEach(async () => {
    for (const table of ['emails', 'email_events', 'job_queue']) await worker.sql(`delete from ${table}`);
  });

  const numbered = (count: number): number[] => Array.from({ length: count }, (_, index) => index);

  test('may be more in one call than D1 takes in one parameter', async () => {
    const long = 'ü'.repeat(6_000);
    const emails = numbered(400).map((index) => ({ id: `e${index}`, subject: long }));
    const jobs = numbered(400).map((index) => ({ id: `j${index}`, kind: 'send', payload: { long } }));

    await expect(worker.call('POST', '/api/emails', { emails })).resolves.toEqual({
      status: 200,
      body: { written: 400, unchanged: 0, rejected: [] },
    });
    await expect(worker.call('POST', '/api/jobs', { jobs: [...jobs, jobs[0]] })).resolves.toEqual({
      status: 200,
      body: { added: 400, known: 1 },
    });
    expect(await worker.sql('select count(*) as n, min(length(subject)) as length from emails')).toEqual([
      { n: 400, length: 6_000 },
    ]);
  });

  test('is refused as too large where one job alone is more than D1 takes', async () => {
    const jobs = [{ id: 'j1', kind: 'send', payload: 'x'.repeat(2_500_000) }];

    await expect(worker.call('POST', '/api/jobs', { jobs })).resolves.toEqual({
      status: 413,
      body: { error: { code: 'too_large', message: 'One row is longer than 1900000 bytes.' } },
    });
  });

  test('is counted in full where what became of jobs is more than one parameter', async () => {
    await worker.call('POST', '/api/jobs', { jobs: numbered(100).map((index) => ({ id: `j${index}`, kind: 'send' })) });
    const { body } = await worker.call('POST', '/api/jobs/claim', { limit: 100 });
    const results = (body.jobs as Array<{ id: string; token: string }>).map(({ id, token }, index) => ({
      id,
      token,
      ok: index < 10,
      error: 'x'.repeat(2_000),
    }));
    const stale = numbered(400).map((index) => ({ id: `s${index}`, token: 'old', error: '…'.repeat(2_000) }));

    await expect(worker.call('POST', '/api/jobs/finish', { results: [...results, ...stale] })).resolves.toEqual({
      status: 200,
      body: { done: 10, failed: 0, retried: 90, stale: 400 },
    });
  });

  test('keeps the data of an event as JSON, whatever it is', async () => {
    const data = ['yes', true, 7, null, { a: [1] }, undefined];
    const events = data.map((value, index) => ({
      id: `v${index}`,
      email_id: 'e1',
      kind: 'opened',
      at: '2026-01-02T00:00:00Z',
      data: value,
    }));

    await worker.call('POST', '/api/events', { events });

    expect((await worker.sql('select data from email_events order by id')).map(({ data: stored }) => stored)).toEqual([
      '"yes"',
      'true',
      '7',
      null,
      '{"a":[1]}',
      null,
    ]);
  });

  test('of an event whose kind is a list is rejected, the others are written', async () => {
    const event = { id: 'v1', email_id: 'e1', kind: 'opened', at: '2026-01-02T00:00:00Z' };

    await expect(
      worker.call('POST', '/api/events', { events: [event, { ...event, id: 'v2', kind: ['opened'] }] }),
    ).resolves.toMatchObject({ status: 200, body: { written: 1, rejected: [{ index: 1 }] } });
  });
});

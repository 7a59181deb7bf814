import { RunningWorker, TOKENS } from './worker';

describe('the Worker at the edge', () => {
  let worker: RunningWorker;

  beforeAll(async () => {
    worker = await RunningWorker.open();
    await worker.sql("insert into segments (id, segment_name, edge_version) values ('s1', 'Enterprise', 1)");
    await worker.sql(
      `insert into prospects (id, email, first_name, segment_id, edge_version)
       select 'p' || value, 'p' || value || '@example.com', 'Name ' || value, case when value < 3 then 's1' end, 1 from json_each('[1,2,3,4]')`,
    );
  });
  afterAll(() => worker.close());
  afterEach(async () => {
    for (const table of ['emails', 'email_events', 'job_queue', 'failed_tasks'])
      await worker.sql(`delete from ${table}`);
  });

  test.each([
    ['GET', '/api/prospects/p1', null],
    ['GET', '/api/prospects/p1', 'wrong'],
    ['GET', '/api/prospects/p1', 'edge-toke'],
    ['GET', '/nowhere', null],
    ['POST', '/admin/resync', TOKENS.edge],
    ['POST', '/api/sync/full', TOKENS.edge],
    ['POST', '/client/v4/accounts/a/d1/database/d/query', TOKENS.edge],
  ])('%s %s with the token %s is not let in', async (method, path, token) => {
    const { status, body } = await worker.call(method, path, method === 'POST' ? {} : undefined, token);

    expect({ status, body }).toEqual({
      status: 401,
      body: { error: { code: 'unauthorized', message: 'The bearer token is missing or is not the right one.' } },
    });
  });

  test.each([
    ['EDGE_TOKEN', 'GET', '/api/prospects/p1'],
    ['ADMIN_TOKEN', 'GET', '/api/prospects/p1'],
    ['ADMIN_TOKEN', 'POST', '/client/v4/accounts/a/d1/database/d/query'],
  ])('while %s is not set, %s %s without a token is not let in', async (secret, method, path) => {
    await worker.leaveOut(secret);

    const { status } = await worker.call(method, path, method === 'POST' ? { sql: 'select 1' } : undefined, null);
    await worker.leaveOut(null);

    expect(status).toBe(401);
  });

  test('reads a prospect by id, by e-mail and by segment, in pages', async () => {
    await expect(worker.call('GET', '/api/prospects/p3')).resolves.toMatchObject({
      status: 200,
      body: { id: 'p3', first_name: 'Name 3' },
    });
    expect((await worker.call('GET', '/api/prospects/p3')).body).not.toHaveProperty('edge_version');
    await expect(worker.call('GET', '/api/prospects/nobody')).resolves.toMatchObject({ status: 404 });
    await expect(worker.call('GET', '/api/prospects?email=p2%40example.com')).resolves.toMatchObject({
      body: { prospects: [{ id: 'p2' }], next: null },
    });
    await expect(worker.call('GET', '/api/prospects?segment=Enterprise&limit=1')).resolves.toMatchObject({
      body: { prospects: [{ id: 'p1' }], next: 'p1' },
    });
    await expect(worker.call('GET', '/api/prospects?segment=Enterprise&after=p1')).resolves.toMatchObject({
      body: { prospects: [{ id: 'p2' }], next: null },
    });
    await expect(worker.call('GET', '/api/prospects?limit=0')).resolves.toMatchObject({ status: 400 });
    await expect(worker.call('GET', '/api/prospects/100%')).resolves.toMatchObject({ status: 400 });
  });

  test('writes e-mails and events once, in any order, to the furthest state', async () => {
    const event = { id: 'v1', email_id: 'e1', kind: 'opened', at: '2026-01-02T10:00:00+01:00' };
    const email = { id: 'e1', prospect_id: 'p1', recipient: 'p1@example.com', sent_at: '2026-01-01T00:00:00Z' };

    await expect(worker.call('POST', '/api/events', { events: [event, event] })).resolves.toMatchObject({
      body: { written: 1, unchanged: 1 },
    });
    await expect(worker.call('POST', '/api/emails', { emails: [email] })).resolves.toMatchObject({
      body: { written: 1 },
    });
    await expect(worker.call('POST', '/api/emails', { emails: [email] })).resolves.toMatchObject({
      body: { written: 0, unchanged: 1 },
    });
    // a later time of an earlier event, and blanks, change nothing
    await worker.call('POST', '/api/emails', {
      emails: [{ id: 'e1', sent_at: '2026-01-03T00:00:00Z', recipient: null }],
    });

    expect(await worker.sql('select status, sent_at, opened_at, recipient from emails')).toEqual([
      {
        status: 'opened',
        sent_at: '2026-01-01T00:00:00.000Z',
        opened_at: '2026-01-02T09:00:00.000Z',
        recipient: 'p1@example.com',
      },
    ]);
    const [{ seq }] = await worker.sql('select max(seq) as seq from emails_changes');
    await worker.call('POST', '/api/emails', { emails: [email] });
    expect(await worker.sql('select max(seq) as seq from emails_changes')).toEqual([{ seq }]);
  });

  test('an e-mail that a call holds twice takes both', async () => {
    await worker.call('POST', '/api/emails', {
      emails: [
        { id: 'e1', subject: 'a' },
        { id: 'e1', subject: 'b', sent_at: '2026-01-01T00:00:00Z' },
      ],
    });

    expect(await worker.sql('select subject, status from emails')).toEqual([{ subject: 'b', status: 'sent' }]);
  });

  test('what is wrong with one row of a call is said of it, the others are written', async () => {
    const emails = [
      { id: '' },
      { id: 'e1' },
      { id: 'e2', subject: 7 },
      { id: 'e3', sent_at: 'soon' },
      { id: 'e4', subject: 'a\0b' },
    ];

    const { body } = await worker.call('POST', '/api/emails', { emails });

    expect(body).toEqual({
      written: 1,
      unchanged: 0,
      rejected: [
        { index: 0, reason: 'id must be a text' },
        { index: 2, reason: 'subject must be a text' },
        { index: 3, reason: 'sent_at must be a time, e.g. 2026-01-02T03:04:05Z' },
        { index: 4, reason: 'a text holds the character NUL, which PostgreSQL does not store' },
      ],
    });
    await expect(worker.call('POST', '/api/emails', { emails: 'all' })).resolves.toMatchObject({ status: 400 });
    await expect(
      worker.call('POST', '/api/events', { events: [{ id: 'v', email_id: 'e', kind: 'liked', at: '2026-01-01' }] }),
    ).resolves.toMatchObject({
      body: {
        rejected: [{ reason: 'kind must be one of sent, delivered, opened, clicked, replied, bounced, failed' }],
      },
    });
  });

  test('a body in chunks is read, and refused once it is too long', async () => {
    await expect(worker.callInChunks('/api/emails', ['{"emails":', '[{"id":"ü"}]}'])).resolves.toMatchObject({
      status: 200,
      body: { written: 1 },
    });
    // The last byte is the one too many: the runtime closes the connection on a client that is still far from its end.
    const tooLong = [...Array<string>(8).fill('x'.repeat(1_000_000)), 'x'];
    await expect(worker.callInChunks('/api/emails', tooLong)).resolves.toEqual({
      status: 413,
      body: { error: { code: 'too_large', message: 'The body is longer than 8000000 bytes.' } },
    });
  });

  test('a job is claimed once, and is a failed task after five times', async () => {
    await expect(
      worker.call('POST', '/api/jobs', {
        jobs: [
          { id: 'j1', kind: 'send', payload: { to: 1 } },
          { id: 'j1', kind: 'send' },
        ],
      }),
    ).resolves.toMatchObject({ body: { added: 1, known: 1 } });
    for (let attempt = 1; attempt <= 5; attempt += 1) {
      const { body } = await worker.call('POST', '/api/jobs/claim', { kinds: ['send'] });
      const [job] = body.jobs as Array<{ id: string; token: string; payload: unknown; attempts: number }>;
      expect(job).toMatchObject({ id: 'j1', payload: { to: 1 }, attempts: attempt });
      await expect(worker.call('POST', '/api/jobs/claim', {})).resolves.toMatchObject({ body: { jobs: [] } });
      await expect(
        worker.call('POST', '/api/jobs/finish', { results: [{ id: 'j1', token: 'old', ok: true }] }),
      ).resolves.toMatchObject({ body: { done: 0, stale: 1 } });
      await expect(
        worker.call('POST', '/api/jobs/finish', { results: [{ id: 'j1', token: job.token, ok: false, error: 'no' }] }),
      ).resolves.toMatchObject({
        body: attempt < 5 ? { retried: 1 } : { failed: 1 },
      });
      await worker.sql("update job_queue set run_at = '2026-01-01'");
    }

    await expect(worker.call('GET', '/api/failed-tasks')).resolves.toMatchObject({
      body: { failed_tasks: [{ id: 'j1', attempts: 5, error: 'no' }] },
    });
    await expect(worker.call('POST', '/api/jobs', { jobs: [{ id: 'j1', kind: 'send' }] })).resolves.toMatchObject({
      body: { added: 0 },
    });
    await expect(worker.call('POST', '/api/failed-tasks/j1/retry', {}, TOKENS.admin)).resolves.toMatchObject({
      body: { queued: 'j1' },
    });
    const { body } = await worker.call('POST', '/api/jobs/claim', {});
    const [{ token }] = body.jobs as Array<{ token: string }>;
    await expect(
      worker.call('POST', '/api/jobs/finish', { results: [{ id: 'j1', token, ok: true }] }),
    ).resolves.toMatchObject({ body: { done: 1 } });
  });

  test('says how far it is', async () => {
    await worker.sql("insert into edge_state (name, value) values ('sent:prospects', 42)");
    await worker.sql('delete from emails_changes');
    await worker.sql('delete from email_events_changes');
    await worker.call('POST', '/api/emails', { emails: [{ id: 'e1' }] });

    await expect(worker.call('GET', '/api/sync/status')).resolves.toMatchObject({
      status: 200,
      body: {
        tables: { prospects: { version: 42 } },
        waiting: { emails: 1, email_events: 0 },
        jobs: 0,
        failed_tasks: 0,
      },
    });
  });

  test.each([
    ['/api/sync/prospects', '/down', { table: 'prospects', mode: 'changes' }],
    ['/api/sync/campaigns', '/down', { table: 'campaigns', mode: 'changes' }],
    ['/api/sync/emails', '/up', { table: null, mode: 'changes' }],
    ['/api/sync/full', '/down', { table: null, mode: 'rebuild' }],
    ['/admin/resync', '/down', { table: null, mode: 'rebuild' }],
  ])('POST %s calls n8n', async (path, url, body) => {
    worker.calls.splice(0);

    await expect(worker.call('POST', path, {}, TOKENS.admin)).resolves.toMatchObject({
      status: 202,
      body: { accepted: true },
    });

    expect(worker.calls).toEqual([{ url, secret: 'secret', body }]);
  });

  test('takes the secret of n8n to no address that a redirect names', async () => {
    worker.calls.splice(0);
    worker.redirect = '/elsewhere';

    await expect(worker.call('POST', '/api/sync/emails', {}, TOKENS.admin)).resolves.toMatchObject({
      status: 502,
      body: { error: { code: 'n8n_refused', message: expect.stringContaining('n8n answered 307') as string } },
    });
    expect(worker.calls.map(({ url }) => url)).toEqual(['/up']);
    worker.redirect = null;
  });

  test('answers as Cloudflare’s API of D1 does', async () => {
    const path = '/client/v4/accounts/a/d1/database/d';
    const wrong = await worker.call('POST', `${path}/query`, { sql: 'select * from nowhere' }, TOKENS.admin);
    const raw = await worker.call('POST', `${path}/raw`, { sql: 'select ?1 as a', params: [7] }, TOKENS.admin);

    expect(wrong).toEqual({
      status: 400,
      body: {
        result: [],
        errors: [{ code: 7500, message: 'no such table: nowhere: SQLITE_ERROR' }],
        messages: [],
        success: false,
      },
    });
    expect(raw).toMatchObject({
      status: 200,
      body: { result: [{ results: { columns: ['a'], rows: [['7']] }, success: true }] },
    });
  });
});

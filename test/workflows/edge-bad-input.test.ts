import { useEdgeStage } from './edge-stage';

const stage = useEdgeStage();

const DOWN = 'supabase-to-d1-sync';
const UP = 'd1-to-supabase-sync';
const CHECK = 'd1-consistency-check';

const query = (sql: string, ...values: unknown[]) => stage.database.query<Record<string, unknown>>(sql, values);
const refusals = async () =>
  (await query('select key, refusal from lead_sync.edge_rows where refusal is not null order by key')).rows;
const rejects = async () => (await query('select key, reason from lead_sync.edge_rejects order by key')).rows;
const summary = async (workflow: string, node: string) => (await stage.run(workflow)).outputs(node)[0];
const down = () => summary(DOWN, 'Sync down to D1');
const up = () => summary(UP, 'Sync up from D1');

describe('what a credential of D1 has wrong ends the run in words, and the next run loses nothing', () => {
  it.each([
    ['a wrong token', { apiToken: 'another' }, 'does not let this token at this database: Authentication error'],
    [
      'the account of somebody else',
      { accountId: '1'.repeat(32) },
      /The given account is not valid or is not authorized.*ID of the account/,
    ],
    [
      'an account ID that is none',
      { accountId: 'my account' },
      /There is no such database: Could not route.*Copy the IDs/,
    ],
    [
      'a database that is not there',
      { databaseId: '00000000-0000-4000-8000-000000000000' },
      /There is no such database: The database 00000000.*could not be found\. Copy the IDs/,
    ],
    [
      'a name instead of the ID of the database',
      { databaseId: 'lead-sync-edge' },
      /There is no such database: Invalid property: databaseId => Invalid uuid\. Copy the IDs/,
    ],
    ['a Worker that is away', { baseUrl: 'http://127.0.0.1:9' }, 'D1 cannot be reached: nothing listens'],
  ])('%s', async (_what, credential, message) => {
    await stage.addLeadsCalled('ada');
    await stage.run(DOWN);
    await stage.addLeadsCalled('bob');

    const run = await stage.run(DOWN, {
      credentials: { leadSyncCloudflareD1Api: credential },
      edit: (node) => void (node('Sync down to D1').parameters.options = { tries: 2, pause: 1 }),
    });

    expect(run.error).toMatch(message);
    expect((await stage.edgeRuns()).at(-1)).toMatchObject({ status: 'failed', error: expect.anything() });
    expect(await down()).toMatchObject([{ status: 'succeeded', figures: { rows: 1 } }]);
    expect(await stage.replica()).toEqual(['ada', 'bob']);
  });
});

describe('what D1 cannot take on the way down', () => {
  beforeEach(async () => {
    await query('drop table if exists public.odd');
    await query('create table public.odd (id text primary key, big bigint, amount text, data json)');
    await query('grant select on public.odd to service_role');
    await query(`insert into lead_sync.edge_tables (edge_table, source, direction, columns) values ('odd', 'public.odd', 'down', '[
      {"name": "big", "from": "big", "type": "integer"}, {"name": "amount", "from": "amount", "type": "integer"}, {"name": "data", "from": "data", "type": "json"}]')`);
    await query(`select public.enable_edge('{"tables": ["odd"]}')`);
    await stage.addLeadsCalled('ada');
    await stage.run(DOWN);
    await stage.addLeadsCalled('bob');
  });
  afterEach(async () => {
    await query(`select public.disable_edge('{"tables": ["odd"]}')`);
    await query('drop table public.odd');
    await query("delete from lead_sync.edge_tables where edge_table = 'odd'");
  });

  it('a value of another type is refused with its row, and all others land', async () => {
    await query("insert into public.odd (id, amount) values ('one', '1'), ('some', 'a lot'), ('two', '2')");

    expect(await down()).toMatchObject([{ status: 'succeeded', figures: { rows: 3, refused: 1 } }]);

    expect(await refusals()).toEqual([
      { key: 'some', refusal: expect.stringContaining('cannot store TEXT value in INTEGER column odd.amount') },
    ]);
    expect(await stage.d1.rows('select id from odd')).toEqual([{ id: 'one' }, { id: 'two' }]);
    expect(await stage.replica()).toEqual(['ada', 'bob']);
  });

  it('a row over 2 MB is refused with its size, and all others land', async () => {
    await query("insert into public.odd (id, data) values ('long', to_json(repeat('x', 1950000))), ('short', '1')");

    expect(await down()).toMatchObject([{ status: 'succeeded', figures: { rows: 2, refused: 1 } }]);

    expect(await refusals()).toEqual([
      { key: 'long', refusal: expect.stringMatching(/^The row has 19\d{5} bytes, D1 takes 2,000,000: shorten/) },
    ]);
    expect(await stage.d1.rows('select id from odd')).toEqual([{ id: 'short' }]);
    expect(await stage.replica()).toEqual(['ada', 'bob']);
  });

  it('integers past 2^53, and NUL as JSON writes it, are nothing bad: they arrive as they are', async () => {
    await query(
      `insert into public.odd (id, big, data) values ('high', 9223372036854775807, '{"a": "\\u0000"}'), ('low', -9007199254740993, null)`,
    );

    expect(await down()).toMatchObject([{ figures: { rows: 3, refused: 0 } }]);

    expect(await stage.d1.rows('select id, cast(big as text) as big, data from odd')).toEqual([
      { id: 'high', big: '9223372036854775807', data: '{"a": "\\u0000"}' },
      { id: 'low', big: '-9007199254740993', data: null },
    ]);
  });

  it('a database that is full ends the run in words, and what did not land stays due', async () => {
    stage.api.faults.push('full');

    const run = await stage.run(DOWN);

    expect(run.error).toMatch(/The database is as large as it may become: Exceeded maximum DB size.*Delete rows/);
    expect(await stage.replica()).toEqual(['ada']);
    expect(await down()).toMatchObject([{ status: 'succeeded', figures: { rows: 1, refused: 0 } }]);
    expect(await stage.replica()).toEqual(['ada', 'bob']);
  });

  it('a column that D1 lacks ends the run with its name, after all other tables have landed', async () => {
    await query("insert into public.odd (id, amount) values ('one', '1')");
    await stage.d1.rows('alter table odd drop column amount');

    const run = await stage.run(DOWN);

    expect(run.error).toMatch(/table odd has no column named amount/);
    expect(await stage.replica()).toEqual(['ada', 'bob']);
    await query(`select public.request_edge_rebuild('{"tables": ["odd"]}')`);
    await stage.run(DOWN);
    expect(await stage.d1.rows('select id, amount from odd')).toEqual([{ id: 'one', amount: 1 }]);
  });
});

describe('what Supabase cannot take on the way up, or finds strange', () => {
  const findings = async () =>
    (await stage.run(CHECK)).outputs('Check both sides')[0].find(({ direction }) => direction === 'up');

  it('a NUL and a time that is none are kept with their row and reason, and all others land', async () => {
    await stage.d1.rows(
      "insert into emails (id, subject, sent_at) values ('e1', 'a' || char(0), null), ('e2', 'fine', null), ('e3', 'late', 'yesterday or so')",
    );

    expect(await up()).toMatchObject([{ status: 'succeeded', figures: { rows: 1, refused: 2 } }]);

    expect(await rejects()).toEqual([
      { key: 'e1', reason: 'A text holds the character NUL, which PostgreSQL does not store' },
      { key: 'e3', reason: expect.stringContaining('"yesterday or so"') },
    ]);
    expect((await query('select id from public.emails')).rows).toEqual([{ id: 'e2' }]);
  });

  it('an e-mail of no lead, or of one that is not there, lands, and a check names it', async () => {
    await stage.d1.rows("insert into emails (id, prospect_id) values ('e1', 'nobody'), ('e2', null)");
    await up();

    expect(await findings()).toMatchObject({
      figures: { orphaned: 2 },
      findings: { emails: { orphaned: expect.arrayContaining(['e1', 'e2']) as string[] } },
    });
    expect((await query('select id from public.emails order by id')).rows).toEqual([{ id: 'e1' }, { id: 'e2' }]);
  });

  it('e-mails with the same message id land both, and a check names the first of them', async () => {
    await stage.d1.rows("insert into emails (id, message_id) values ('e1', '<a@x>'), ('e2', '<a@x>'), ('e3', '<b@x>')");
    await up();

    expect(await findings()).toMatchObject({
      figures: { duplicate_message_ids: 1 },
      findings: { emails: { duplicate_message_ids: ['e1'] } },
    });
    expect((await query('select id from public.emails')).rows).toHaveLength(3);
  });

  it('an event lands before its e-mail, and counts once that comes', async () => {
    await stage.d1.rows(
      "insert into email_events (id, email_id, kind, at) values ('v1', 'e1', 'opened', '2026-01-02T00:00:00Z')",
    );
    expect(await up()).toMatchObject([{ figures: { rows: 1, refused: 0 } }]);
    await stage.d1.rows("insert into emails (id) values ('e1')");
    await up();

    expect((await query('select id, status from public.emails')).rows).toEqual([{ id: 'e1', status: 'opened' }]);
  });
});

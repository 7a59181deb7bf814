import type { IDataObject } from 'n8n-workflow';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../../setup/database';
import { runNode, type NodeRun } from './run-node';

const environment = (name: string): string => process.env[name] ?? '';

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(() => resetDatabase(sql));
afterAll(() => sql.end());

const run = (parameters: IDataObject, options: Partial<NodeRun> = {}) =>
  runNode({
    host: environment('TEST_SUPABASE_URL'),
    serviceKey: environment('TEST_SUPABASE_SERVICE_KEY'),
    parameters,
    ...options,
  });

const upsert = { resource: 'lead', operation: 'upsert', input: 'items', source: 'form', columns: {}, options: {} };
const start = { resource: 'syncRun', operation: 'start', mode: 'delta', trigger: 'scheduled', startOptions: '' };
const claim = { resource: 'lead', operation: 'getForSync', limit: 200, run: '', leaseSeconds: 300 };

test('leads of a form land one by one result, and bad ones come back as errors of their items', async () => {
  const items = await run(upsert, {
    continueOnFail: true,
    items: [
      { first_name: ' Ada ', email: 'Ada@Example.test', attributes: { utm: 'spring' } },
      { email: 'nul@example.test', job_title: 'a\u0000b' },
      { id: 'no uuid', email: 'bob@example.test' },
      { email: 'cleo@example.test', lead_score: 7 },
    ],
  });

  expect(items.map(({ json }) => json.result)).toEqual(['created', undefined, undefined, 'created']);
  expect(items[1].json.error).toMatch(/NUL character/);
  expect(items[2].json.error).toEqual(expect.any(String));
  const { rows } = await sql.query('select email, lead_source from public.leads order by email');
  expect(rows).toEqual([
    { email: 'Ada@Example.test', lead_source: 'form' },
    { email: 'cleo@example.test', lead_source: 'form' },
  ]);
});

test('a pull run opens, stores a page of snapshots with a poison one among them, and closes with its figures', async () => {
  const snapshot = (n: number, fields: IDataObject = {}) => ({
    twenty_id: `5e0e5a3c-0000-4000-8000-00000000000${n}`,
    twenty_created_at: '2026-11-21T07:44:41.646Z',
    twenty_updated_at: '2026-11-21T07:44:41.646Z',
    twenty_deleted_at: null,
    email: `p${n}@example.test`,
    twenty_record: {},
    ...fields,
  });
  const [{ json: started }] = await run({ ...start, direction: 'twenty_to_supabase' });
  const until = started.read_started_at as string;
  const position = snapshot(3).twenty_id;

  const [{ json: page }] = await run({
    ...upsert,
    input: 'batch',
    source: 'twenty',
    leads: [snapshot(1), snapshot(2, { job_title: '\u0000' }), snapshot(3)],
    readStartedAt: until,
    run: started.run as IDataObject,
    page: { from: null, until, position, has_next: false },
    missingFields: [],
  });
  const [{ json: finished }] = await run({
    resource: 'syncRun',
    operation: 'finish',
    run: started.run as IDataObject,
    status: 'succeeded',
    error: '',
  });

  expect(started.started).toBe(true);
  expect(page.counts).toMatchObject({ created: 2, rejected: 1 });
  expect(page.results).toEqual(
    expect.arrayContaining([expect.objectContaining({ index: 1, reason: expect.stringMatching(/NUL/) as string })]),
  );
  expect(finished).toMatchObject({
    finished: true,
    run: { status: 'succeeded', figures: { created: 2, rejected: 1 } },
  });
});

test('claimed leads are settled with what was refused', async () => {
  await run(upsert, { items: [{ email: 'ada@example.test' }] });
  const [{ json: claimed }] = await run(claim);
  const [{ lead_id: leadId }] = claimed.leads as IDataObject[];
  await run({ ...upsert, input: 'batch', source: 'twenty', leads: [], claimToken: claimed.claim_token as string });

  const [{ json: settled }] = await run({
    resource: 'lead',
    operation: 'updateSyncStatus',
    claimToken: claimed.claim_token as string,
    results: [{ lead_id: leadId, op: 'create', ok: false, category: 'validation', outcome: 'refused', message: 'no' }],
    run: '',
  });

  expect(claimed.claimed).toBe(1);
  expect(settled.counts).toMatchObject({ error: 1 });
});

test('leads are marked for sync', async () => {
  await run(upsert, { items: [{ email: 'ada@example.test' }] });
  const mark = { resource: 'lead', operation: 'markForSync', direction: 'supabase_to_twenty', limit: 10 };

  const [{ json }] = await run(mark);

  expect(json).toMatchObject({ marked: expect.any(Number) as number, remaining: 0 });
});

test('a legacy service JWT and a host with /rest/v1 work as well', async () => {
  const [{ json }] = await run(claim, {
    serviceKey: environment('TEST_SUPABASE_JWT'),
    host: `${environment('TEST_SUPABASE_URL')}/rest/v1/`,
  });

  expect(json.claimed).toBe(0);
});

test('the anon key is told apart from a wrong key', async () => {
  await expect(run(claim, { serviceKey: environment('TEST_SUPABASE_ANON_KEY') })).rejects.toThrow(
    /may not call the lead functions/,
  );
  await expect(run(claim, { serviceKey: 'sb_secret_wrong' })).rejects.toThrow(/does not accept the service key/);
});

test('what a function refuses comes in its own words', async () => {
  await expect(run({ ...claim, limit: 0 })).rejects.toThrow(/p_limit must be between 1 and 1,000, got 0/);
});

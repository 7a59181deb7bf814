import type { IDataObject } from 'n8n-workflow';
import { runNode } from './run-node';
import { startPostgrest, type PostgrestServer } from './postgrest-server';

let server: PostgrestServer;

/** Like the database, rejects what is no object and adds a lead of the claim that was not in the list. */
function upsertAnswer(leads: unknown[]): IDataObject {
  const results = leads.map((lead, index) => ({
    index,
    result: lead === null ? 'rejected' : 'created',
    reason: lead === null ? 'not an object' : null,
  }));
  return {
    results: [...results, { index: null, result: 'held', reason: 'tombstone' }],
    counts: { created: 2, rejected: 2 },
  };
}

beforeEach(async () => {
  server = await startPostgrest(({ name, args }) => ({
    json: name === 'upsert_leads' ? upsertAnswer(args.p_leads as unknown[]) : { called: name },
  }));
});
afterEach(() => server.close());

const run = { id: 'r1', token: 't1' };

test.each<[string, IDataObject, string, IDataObject]>([
  [
    'Start',
    {
      resource: 'syncRun',
      operation: 'start',
      direction: 'twenty_to_supabase',
      mode: 'full',
      trigger: 'manual',
      startOptions: '{"object": "lead"}',
    },
    'start_sync_run',
    { p_direction: 'twenty_to_supabase', p_mode: 'full', p_trigger: 'manual', p_options: { object: 'lead' } },
  ],
  [
    'Start without options',
    {
      resource: 'syncRun',
      operation: 'start',
      direction: 'supabase_to_twenty',
      mode: 'delta',
      trigger: 'scheduled',
      startOptions: '',
    },
    'start_sync_run',
    { p_direction: 'supabase_to_twenty', p_mode: 'delta', p_trigger: 'scheduled' },
  ],
  [
    'Start of a reconciliation',
    {
      resource: 'syncRun',
      operation: 'start',
      direction: 'bidirectional',
      mode: 'delta',
      trigger: 'manual',
      startOptions: { report_only: true },
    },
    'start_sync_run',
    {
      p_direction: 'bidirectional',
      p_mode: 'reconcile',
      p_trigger: 'manual',
      p_options: { report_only: true },
    },
  ],
  [
    'Claim from the inbox',
    { resource: 'inbox', operation: 'claim', run, limit: 50 },
    'claim_inbox',
    { p_run: run, p_limit: 50 },
  ],
  [
    'Compare IDs',
    {
      resource: 'reconciliation',
      operation: 'compareIds',
      run,
      records: '[["a", "t1", "t2", null]]',
      page: { after: null, position: 'p', has_next: true },
      readStartedAt: 't0',
    },
    'compare_lead_ids',
    {
      p_run: run,
      p_records: [['a', 't1', 't2', null]],
      p_page: { after: null, position: 'p', has_next: true },
      p_read_started_at: 't0',
    },
  ],
  [
    'Get Leads to Repair',
    { resource: 'reconciliation', operation: 'getToRepair', run, pass: 'confirm', after: '', limit: 500 },
    'get_leads_to_repair',
    { p_run: run, p_pass: 'confirm', p_limit: 500 },
  ],
  [
    'Finish',
    { resource: 'syncRun', operation: 'finish', run, status: 'failed', error: 'Twenty is away' },
    'finish_sync_run',
    { p_run: run, p_status: 'failed', p_error: 'Twenty is away' },
  ],
  [
    'Get for Sync in a run',
    { resource: 'lead', operation: 'getForSync', limit: 200, run: JSON.stringify(run), leaseSeconds: 60 },
    'get_leads_for_sync',
    { p_limit: 200, p_run: run, p_lease_seconds: 60 },
  ],
  [
    'Update Sync Status',
    {
      resource: 'lead',
      operation: 'updateSyncStatus',
      claimToken: 'c1',
      results: [{ lead_id: 'l1', ok: true }],
      run: '',
    },
    'update_sync_status',
    { p_claim_token: 'c1', p_results: [{ lead_id: 'l1', ok: true }] },
  ],
  [
    'Forget',
    { resource: 'lead', operation: 'forget', lead: 'ada@example.com' },
    'forget_lead',
    { p_lead: 'ada@example.com' },
  ],
  [
    'Mark for Sync',
    { resource: 'lead', operation: 'markForSync', direction: 'supabase_to_twenty', limit: 1000 },
    'mark_leads_for_sync',
    { p_direction: 'supabase_to_twenty', p_limit: 1000 },
  ],
])('%s calls its function and returns its answer', async (_name, parameters, name, args) => {
  const items = await runNode({ host: server.url, parameters });

  expect(server.calls).toHaveLength(1);
  expect(server.calls[0]).toMatchObject({ name, args });
  expect(Object.keys(server.calls[0].args).sort()).toEqual(Object.keys(args).sort());
  expect(items).toEqual([{ json: { called: name }, pairedItem: { item: 0 } }]);
});

const batch = {
  resource: 'lead',
  operation: 'upsert',
  input: 'batch',
  source: 'twenty',
  leads: [{ twenty_id: 'a' }, { twenty_id: 'b', job_title: 'x\u0000' }, 'no lead', { twenty_id: 'c' }],
  readStartedAt: '2026-11-21T07:44:41.646Z',
  run: { ...run, calls: 3 },
  page: { from: null, until: 'u', position: 'p', has_next: true },
  claimToken: '',
  missingFields: '["leadScore"]',
};

test('a batch goes out in one call, with nothing in place of leads that no database could store', async () => {
  const [{ json, pairedItem }] = await runNode({ host: server.url, parameters: batch });

  expect(server.calls).toHaveLength(1);
  expect(server.calls[0].args).toEqual({
    p_leads: [{ twenty_id: 'a' }, null, null, { twenty_id: 'c' }],
    p_source: 'twenty',
    p_read_started_at: batch.readStartedAt,
    p_run: batch.run,
    p_page: batch.page,
    p_missing_fields: ['leadScore'],
  });
  expect(json.results).toMatchObject([
    { index: 0, result: 'created' },
    { index: 1, result: 'rejected', reason: expect.stringMatching(/job_title contains a NUL/) as string },
    { index: 2, result: 'rejected', reason: expect.stringMatching(/must be an object.*"no lead"/) as string },
    { index: 3, result: 'created', reason: null },
    { index: null, result: 'held', reason: 'tombstone' },
  ]);
  expect(json.counts).toMatchObject({ created: 2, rejected: 2 });
  expect(pairedItem).toEqual({ item: 0 });
});

test('an empty page is still sent, because its position counts', async () => {
  await runNode({ host: server.url, parameters: { ...batch, leads: '[]' } });

  expect(server.calls[0].args).toMatchObject({ p_leads: [], p_page: batch.page });
});

test('bad JSON names its field and its item, and other items go on', async () => {
  const leads = (index: number) => (index === 0 ? '[{' : index === 1 ? '{}' : '[]');

  const items = await runNode({
    host: server.url,
    parameters: { ...batch, leads },
    items: [{}, {}, {}],
    continueOnFail: true,
  });

  expect(items[0].json.error).toMatch(/^Leads is not valid JSON/);
  expect(items[1].json.error).toMatch(/^Leads is not a list.*\$json\.leads/);
  expect(items[2].json.results).toMatchObject([{ result: 'held' }]);
});

test('a wrong parameter without "continue on fail" stops with its item', async () => {
  const parameters = { ...batch, leads: (index: number) => (index === 1 ? 'x' : '[]') };

  await expect(runNode({ host: server.url, parameters, items: [{}, {}] })).rejects.toMatchObject({
    context: { itemIndex: 1 },
  });
});

test('an operation that does not exist is named', async () => {
  const parameters = { resource: 'lead', operation: 'explode' };

  await expect(runNode({ host: server.url, parameters })).rejects.toThrow(/"explode" of "lead" does not exist/);
});

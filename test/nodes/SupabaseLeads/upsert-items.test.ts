import type { IDataObject } from 'n8n-workflow';
import { LeadSyncSupabaseApi } from '../../../credentials/LeadSyncSupabaseApi.credentials';
import { SupabaseLeads } from '../../../nodes/SupabaseLeads/SupabaseLeads.node';
import { executeFunctions } from '../../setup/execute-functions';
import { runNode, SERVICE_KEY } from './run-node';
import { startPostgrest, type Answer, type PostgrestServer, type RpcCall } from './postgrest-server';

const REJECTED_EMAIL = 'taken@example.test';

/** Stores every lead but one, and answers as `upsert_leads` does. */
function upsertLeads({ args }: RpcCall): Answer {
  const leads = args.p_leads as IDataObject[];
  const results = leads.map(({ email }, index) => {
    const rejected = email === REJECTED_EMAIL;
    return {
      index,
      lead_id: rejected ? null : `id of ${String(email)}`,
      twenty_id: null,
      result: rejected ? 'rejected' : 'created',
      linked: false,
      reason: rejected ? 'duplicate_of: another lead has this email' : null,
      fields: [],
    };
  });
  return { json: { results, counts: { created: leads.length, rejected: 0 } } };
}

let server: PostgrestServer;
let answer: (call: RpcCall) => Answer;

beforeEach(async () => {
  answer = upsertLeads;
  server = await startPostgrest((call) => answer(call));
});
afterEach(() => server.close());

const parameters = { resource: 'lead', operation: 'upsert', input: 'items', source: 'form', columns: {}, options: {} };

const upsert = (items: unknown[], changed: object = {}, continueOnFail = false) =>
  runNode({ host: server.url, parameters: { ...parameters, ...changed }, items, continueOnFail });

const sentEmails = () => server.calls.map(({ args }) => (args.p_leads as IDataObject[]).map(({ email }) => email));

const people = (count: number) => Array.from({ length: count }, (_, i) => ({ email: `p${i}@example.test` }));

test('gathers items into batches and gives each item its own result', async () => {
  const items = await upsert(people(5), { options: { batchSize: 2 } });

  expect(sentEmails().map((emails) => emails.length)).toEqual([2, 2, 1]);
  expect(server.calls[0].args.p_source).toBe('form');
  expect(items.map(({ json }) => json.lead_id)).toEqual(people(5).map(({ email }) => `id of ${email}`));
  expect(items.map(({ pairedItem }) => pairedItem)).toEqual([0, 1, 2, 3, 4].map((item) => ({ item })));
});

test('sends leads of different sources apart', async () => {
  await upsert(people(3), { source: (index: number) => (index === 2 ? 'meta' : 'form') });

  expect(server.calls.map(({ args }) => args.p_source)).toEqual(['form', 'meta']);
});

test('keeps a request below a megabyte', async () => {
  const long = people(4).map(({ email }) => ({ email, job_title: 'x'.repeat(400_000) }));

  await upsert(long);

  expect(sentEmails().map((emails) => emails.length)).toEqual([2, 2]);
});

test('sends only lead columns of an item, with attributes given as JSON text', async () => {
  await upsert([
    { email: 'a@example.test', utm: 'x', attributes: '{"utm": "x"}' },
    { email: 'b@example.test', attributes: ' ' },
  ]);

  expect(server.calls[0].args.p_leads).toEqual([
    { email: 'a@example.test', attributes: { utm: 'x' } },
    { email: 'b@example.test' },
  ]);
});

test('takes the values mapped in the panel', async () => {
  const columns = {
    mappingMode: 'defineBelow',
    value: (index: number) => ({ email: `mapped${index}@example.test`, lead_score: 5 }),
  };

  await upsert([{ Mail: 'x' }, { Mail: 'y' }], { columns });

  expect(server.calls[0].args.p_leads).toEqual([
    { email: 'mapped0@example.test', lead_score: 5 },
    { email: 'mapped1@example.test', lead_score: 5 },
  ]);
});

test('sends whole snapshots when the source is Twenty', async () => {
  const snapshot = { twenty_id: 't1', email: 'a@example.test', twenty_record: { companyId: null } };

  await upsert([snapshot], { source: 'twenty' });

  expect(server.calls[0].args.p_leads).toEqual([snapshot]);
});

const mixed = [
  { email: 'good@example.test' },
  { email: 'nul@example.test', job_title: 'a\u0000b' },
  { email: REJECTED_EMAIL },
  { email: 'half@example.test', attributes: { note: '\ud83d' } },
  { email: 'huge@example.test', job_title: 'x'.repeat(1_100_000) },
  { email: 'json@example.test', attributes: 'not json' },
  { email: 'last@example.test' },
];

test('a rejected lead becomes an error item and the others land', async () => {
  const items = await upsert(mixed, {}, true);

  expect(sentEmails()).toEqual([['good@example.test', REJECTED_EMAIL, 'last@example.test']]);
  expect(items.map(({ json }) => json.error ?? json.result)).toEqual([
    'created',
    expect.stringMatching(/^job_title contains a NUL character.*Remove it/),
    'The database rejected the lead: duplicate_of: another lead has this email. Correct it and send it again.',
    expect.stringMatching(/^attributes\.note contains half of a character/),
    expect.stringMatching(/bytes of JSON; at most 1000000 can be stored. Shorten job_title/),
    expect.stringMatching(/^Attributes is not a JSON object/),
    'created',
  ]);
  expect(items.map(({ pairedItem }) => pairedItem)).toEqual(mixed.map((_, item) => ({ item })));
});

test('without "continue on fail" it fails on the first rejected item, after the others are stored', async () => {
  const failing = upsert(mixed);

  await expect(failing).rejects.toMatchObject({
    message: expect.stringMatching(/NUL character/) as string,
    description: expect.stringMatching(/2 of 7 leads are stored/) as string,
    context: { itemIndex: 1 },
  });
  expect(sentEmails()).toEqual([['good@example.test', REJECTED_EMAIL, 'last@example.test']]);
});

test('a failed call fails only the items of its batch', async () => {
  answer = (call) =>
    server.calls.length === 1 ? { status: 500, json: { code: '57014', message: 'timeout' } } : upsertLeads(call);

  const items = await upsert(people(3), { options: { batchSize: 2 } }, true);

  expect(items.map(({ json }) => json.error ?? json.result)).toEqual([
    expect.stringMatching(/statement timeout/),
    expect.stringMatching(/statement timeout/),
    'created',
  ]);
});

test('a failed call without "continue on fail" keeps its classified message', async () => {
  answer = () => ({ status: 404, json: { code: 'PGRST202', message: 'Could not find the function' } });

  await expect(upsert(people(1))).rejects.toMatchObject({ message: expect.stringMatching(/lead functions/) as string });
});

test('names the columns that were not taken, at each item and once as a hint', async () => {
  const { context, hints } = executeFunctions({
    parameters,
    items: [{ email: 'ada@example.test', full_name: 'Ada', phone_number: '1' }, { email: 'eve@example.test' }],
    credentials: {
      leadSyncSupabaseApi: { type: new LeadSyncSupabaseApi(), data: { host: server.url, serviceKey: SERVICE_KEY } },
    },
  });

  const [items] = await new SupabaseLeads().execute.call(context);

  expect(items.map(({ json }) => json.ignored)).toEqual([['full_name', 'phone_number'], []]);
  expect(hints).toEqual([
    expect.objectContaining({ message: expect.stringContaining('full_name, phone_number') as unknown }),
  ]);
});

describe('a touch', () => {
  const touches = () => server.calls.flatMap(({ args }) => (args.p_leads as IDataObject[]).map(({ touch }) => touch));

  test('goes with its lead as the panel has it, without what is empty there', async () => {
    const touch = (index: number) => ({ external_id: `s${index}`, campaign: '', kind: 'call', raw: '{"a": 1}' });

    await upsert(people(2), { touch });

    expect(touches()).toEqual([
      { external_id: 's0', kind: 'call', raw: { a: 1 } },
      { external_id: 's1', kind: 'call', raw: { a: 1 } },
    ]);
  });

  test('of an item goes with it, and the panel completes it', async () => {
    await upsert([{ ...people(1)[0], touch: { external_id: 7, form: 'offer' } }, people(2)[1]], {
      touch: (index: number) => (index === 0 ? { campaign: 'spring' } : {}),
    });

    expect(touches()).toEqual([{ external_id: 7, form: 'offer', campaign: 'spring' }, undefined]);
  });

  test('without an External ID fails its item alone, before anything of it is sent', async () => {
    const items = await upsert(
      people(2),
      { touch: (index: number) => ({ kind: 'form', ...(index === 1 && { external_id: 'b' }) }) },
      true,
    );

    expect(items.map(({ json }) => json.error ?? json.result)).toEqual([
      expect.stringMatching('The touch has no External ID'),
      'created',
    ]);
    expect(sentEmails()).toEqual([['p1@example.test']]);
  });
});

import { NODE_UNDER_TEST, oneNodeWorkflow } from '../workflows/one-node-workflow';
import { env, RunningStack } from './support/running-stack';

/** A workspace of its own, which nobody has prepared. */
const TWENTY = { url: env('TEST_BARE_TWENTY_URL'), apiKey: env('TEST_BARE_TWENTY_API_KEY') };
const NOWHERE = 'http://127.0.0.1:9';

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open(TWENTY);
});
afterAll(() => stack.close());

const ada = { name: { firstName: 'Ada', lastName: 'Lovelace' }, emails: { primaryEmail: 'ada@example.com' } };
const grace = { name: { firstName: 'Grace', lastName: 'Hopper' }, emails: { primaryEmail: 'grace@example.com' } };

const emails = async (): Promise<Array<string | null>> => (await stack.leads()).map(({ email }) => email);

describe('credentials that do not work', () => {
  beforeAll(async () => {
    await stack.clear();
    await stack.addPeople(ada, grace);
  });

  it.each<[string, Parameters<RunningStack['useCredentials']>[0], RegExp]>([
    [
      'a wrong Twenty key',
      { twenty: { apiKey: 'wrong' } },
      /^Twenty does not accept the API key: .*\. Create a new key in Twenty under Settings → APIs & Webhooks/,
    ],
    [
      'a Twenty that cannot be reached',
      { twenty: { url: NOWHERE } },
      /^Twenty cannot be reached: nothing listens at this address\. Check the URL in the credential and that Twenty runs/,
    ],
  ])('%s: the run ends as failed and says what to do', async (_name, credentials, says) => {
    await stack.useCredentials(credentials);

    const { status, error, run } = await stack.run('pull');

    expect({ status, run: run?.status }).toEqual({ status: 'error', run: 'failed' });
    expect(error).toMatch(says);
    expect(run?.error).toMatch(says);
  });

  it.each<[string, Parameters<RunningStack['useCredentials']>[0], RegExp]>([
    [
      'a wrong Supabase key',
      { supabase: { serviceKey: 'sb_secret_wrong' } },
      /^Supabase does not accept the service key\. Copy the secret key .* into the credential/,
    ],
    [
      'the publishable key',
      { supabase: { serviceKey: env('TEST_SUPABASE_PUBLISHABLE_KEY') } },
      /may not call the lead functions\. Use the secret key .*, not the anon or publishable one/,
    ],
    [
      'a Supabase that cannot be reached',
      { supabase: { url: NOWHERE } },
      /^Supabase cannot be reached\. Check the host in the credential/,
    ],
    [
      'a Supabase without the schema',
      { supabase: { url: env('TEST_EMPTY_SUPABASE_URL'), serviceKey: env('TEST_EMPTY_SUPABASE_SERVICE_KEY') } },
      /does not have the lead functions.* Run "npx n8n-nodes-lead-sync setup.*SQL editor/,
    ],
  ])('%s: the execution fails and says what to do', async (_name, credentials, says) => {
    await stack.useCredentials(credentials);

    const { status, error, run } = await stack.run('pull');

    expect({ status, run }).toEqual({ status: 'error', run: null });
    expect(error).toMatch(says);
  });

  it.each([
    ['/', '/'],
    ['/rest', '/rest'],
    ['/rest/', '/rest/v1'],
    ['/graphql', '/rest/v1/'],
  ])('a Twenty URL with %s and a Supabase host with %s at the end work', async (twentySuffix, supabaseSuffix) => {
    await stack.useCredentials({
      twenty: { url: `${stack.twenty.url}${twentySuffix}` },
      supabase: { url: `${stack.supabase.url}${supabaseSuffix}` },
    });

    const { run } = await stack.run('pull');

    expect(run).toMatchObject({ status: 'succeeded', error: null });
  });

  it('leave nothing in the way: with the right ones everything lands', async () => {
    await stack.useCredentials({});

    await stack.run('pull');

    expect(await emails()).toEqual(['ada@example.com', 'grace@example.com']);
  });
});

describe('a Twenty workspace without the custom fields', () => {
  it('gets and gives all leads, and the runs name the fields', async () => {
    await stack.clear();
    await stack.addPeople(ada);
    await stack.addLeads({ email: 'grace@example.com', first_name: 'Grace', city: 'New York', lead_source: 'form' });

    const [pull, push] = [await stack.run('pull'), await stack.run('push')];

    for (const { run } of [pull, push]) {
      expect(run?.status).toBe('succeeded');
      expect(run?.warnings).toEqual([expect.stringMatching(/lacks the fields .*city.*leadSource.*Workspace: Prepare/)]);
    }
    expect(await emails()).toEqual(['ada@example.com', 'grace@example.com']);
    expect([...(await stack.people()).keys()].sort()).toEqual(['ada@example.com', 'grace@example.com']);
  });
});

describe('form rows as people type them', () => {
  it('reach Twenty tidy, and are quiet after the first sync', async () => {
    await stack.clear();
    await stack.addLeads(
      { first_name: '  Ada ', last_name: ' ', email: ' Ada@Example.COM ', phone: '(415) 555-2671', company_name: '' },
      { first_name: 'Grace', last_name: null, email: 'GRACE@example.com', phone: '+33 (0)6 12 34 56 78', city: '' },
    );

    await stack.run('push');
    await stack.run('pull');
    const versions = 'select email, xmin::text from public.leads order by email';
    const before = (await stack.database.query(versions)).rows;
    const again = [await stack.run('pull'), await stack.run('push')];

    const people = await stack.people();
    expect([...people.keys()].sort()).toEqual(['ada@example.com', 'grace@example.com']);
    expect(people.get('ada@example.com')).toMatchObject({
      name: { firstName: 'Ada', lastName: '' },
      phones: { primaryPhoneNumber: '4155552671', primaryPhoneCallingCode: '+1' },
    });
    expect(people.get('grace@example.com')?.phones).toMatchObject({
      primaryPhoneNumber: '612345678',
      primaryPhoneCallingCode: '+33',
    });
    for (const { run } of again) {
      expect(run?.figures.updated ?? 0).toBe(0);
      expect(run?.figures.pushed ?? 0).toBe(0);
    }
    expect((await stack.database.query(versions)).rows).toEqual(before);
  });
});

describe('leads that cannot be synchronised', () => {
  it('say why in their own rows, and all others land in Twenty', async () => {
    await stack.clear();
    await stack.addLeads(
      { first_name: 'First', email: 'first@example.com' },
      { first_name: 'No email', email: 'not an email' },
      { first_name: 'No phone', email: 'phone@example.com', phone: 'call me' },
      { first_name: 'Long', email: 'long@example.com', job_title: 'x'.repeat(200_000) },
      { first_name: 'One', email: 'twin@example.com' },
      { first_name: 'Two', email: 'Twin@example.com' },
      { first_name: 'Last', email: 'last@example.com' },
    );

    const { run } = await stack.run('push');

    expect(run?.status).toBe('succeeded');
    const people = await stack.people();
    expect([...people.keys()].filter(Boolean).sort()).toEqual(
      ['first', 'last', 'long', 'phone', 'twin'].map((name) => `${name}@example.com`),
    );
    const leads = await stack.leads();
    const leftOut = new Map(leads.map((lead) => [lead.first_name, lead.left_out]));
    expect(leftOut.get('No email')).toEqual({
      email: expect.stringMatching(/email "not an email" is not an email address\. Correct it/),
    });
    expect(leftOut.get('No phone')).toEqual({
      phone: expect.stringMatching(/phone "call me" is not a phone number .*Correct it, or write it with its country/),
    });
    expect(leftOut.get('Long')).toEqual({
      job_title: expect.stringMatching(/job_title is 200000 characters long; at most 10000 .*Shorten it/),
    });
    const said = new Map(leads.map((lead) => [lead.first_name, lead.sync_error_message]));
    expect([said.get('One'), said.get('Two')].filter((message) => message !== null)).toEqual([
      expect.stringMatching(/^duplicate_of .* has this e-mail: merge the two leads or change the e-mail/),
    ]);
  });

  it('come out of the form step by its error output, and all others are stored', async () => {
    await stack.clear();
    const workflow = oneNodeWorkflow({
      type: 'supabaseLeads',
      parameters: { resource: 'lead', operation: 'upsert', source: 'form' },
      onError: 'continueErrorOutput',
      items: [
        { email: 'first@example.com' },
        { email: 'nul@example.com', job_title: 'a\u0000b' },
        { email: 'long@example.com', job_title: 'x'.repeat(1_100_000) },
        { email: 'json@example.com', attributes: 'utm=spring' },
        { email: 'last@example.com' },
      ],
    });
    const { id, name, nodes, connections } = workflow;
    await stack.n8n.importWorkflows([{ id, name, nodes, connections }]);

    const execution = await stack.n8n.runWorkflow(id);

    const [stored, failed] = execution.data?.resultData.runData[NODE_UNDER_TEST][0].data?.main ?? [];
    expect(stored?.map(({ json }) => json.result)).toEqual(['created', 'created']);
    expect(failed?.map(({ json }) => [json.email, json.error])).toEqual([
      ['nul@example.com', expect.stringMatching(/^job_title contains a NUL character.*Remove it from the source\.$/)],
      ['long@example.com', expect.stringMatching(/bytes of JSON; at most 1000000 .*Shorten job_title\.$/)],
      ['json@example.com', expect.stringMatching(/^Attributes is not a JSON object\. Write it as/)],
    ]);
    expect(await emails()).toEqual(['first@example.com', 'last@example.com']);
  });
});

import { randomUUID } from 'node:crypto';
import type { IDataObject, INode, INodeExecutionData } from 'n8n-workflow';
import { NODE_UNDER_TEST, oneNodeWorkflow } from './one-node-workflow';
import { type StageRunOptions, useStage } from './stage';

const stage = useStage();

type OnError = NonNullable<INode['onError']>;

async function run(
  onError: OnError,
  type: string,
  parameters: IDataObject,
  items: IDataObject[],
  options?: StageRunOptions,
): Promise<INodeExecutionData[][]> {
  const result = await stage.run(oneNodeWorkflow({ type, parameters, onError, items }), options);
  expect(result.error).toBeUndefined();
  return result.items(NODE_UNDER_TEST);
}

const pairs = (items: INodeExecutionData[]) => items.map(({ pairedItem }) => (pairedItem as { item: number }).item);
const people = (): string[] => ['ada@example.com', 'grace@example.com'].map((email) => stage.addPerson(email, 'Known'));

/** An operation, its parameters, and three items of which only the one in the middle fails, with what it says. */
interface Case {
  type: 'twenty' | 'supabaseLeads';
  parameters: IDataObject;
  items: () => IDataObject[];
  says: RegExp;
}

const record = (operation: string, more: IDataObject = {}): IDataObject => ({
  resource: 'record',
  operation,
  object: { __rl: true, mode: 'name', value: '={{ $json.object ?? "person" }}' },
  recordId: { __rl: true, mode: 'id', value: '={{ $json.id }}' },
  ...more,
});
const fields = { mappingMode: 'defineBelow', value: { 'emails.primaryEmail': '={{ $json.email }}' } };
const withIds = (middle: string) => (): IDataObject[] => {
  const [ada, grace] = people();
  return [{ id: ada }, { id: middle }, { id: grace }];
};
const withEmails = (): IDataObject[] => [{ email: 'a@example.com' }, { email: 'no email' }, { email: 'c@example.com' }];
const withValues = (good: unknown, bad: unknown) => (): IDataObject[] =>
  [good, bad, good].map((value) => ({ value }) as IDataObject);
const NOBODY = randomUUID();

const CASES: Record<string, Case> = {
  'Record: Create': {
    type: 'twenty',
    parameters: record('create', { fields }),
    items: withEmails,
    says: /^Twenty refused the data: .*Correct the value/,
  },
  'Record: Create or Update': {
    type: 'twenty',
    parameters: record('upsert', { fields }),
    items: withEmails,
    says: /^Twenty refused the data: .*Correct the value/,
  },
  'Record: Create, of an object that is not there': {
    type: 'twenty',
    parameters: record('create', { fields }),
    items: () => withEmails().map((item, index) => (index === 1 ? { object: 'ghost' } : item)),
    says: /there is no object "ghost".*Check the ID and the object name/,
  },
  'Record: Update': {
    type: 'twenty',
    parameters: record('update', { fields: { mappingMode: 'defineBelow', value: { jobTitle: 'Countess' } } }),
    items: withIds(NOBODY),
    says: /there is no person .*Check the ID/,
  },
  'Record: Delete': {
    type: 'twenty',
    parameters: record('delete'),
    items: withIds('17'),
    says: /^"17" is not a record ID\. Give the ID/,
  },
  'Record: Restore': {
    type: 'twenty',
    parameters: record('restore'),
    items: withIds(NOBODY),
    says: /is not there\. Check the ID/,
  },
  'Record: Get': {
    type: 'twenty',
    parameters: record('get'),
    items: withIds(''),
    says: /^There is no record ID\. Choose a record/,
  },
  'Record: Get Many': {
    type: 'twenty',
    parameters: record('getMany', { limit: 1 }),
    items: () => {
      people();
      return [{}, { object: 'ghost' }, {}];
    },
    says: /there is no object "ghost"/,
  },
  'Lead: Get Changed': {
    type: 'twenty',
    parameters: { resource: 'lead', operation: 'getChanged', output: 'pages', updatedSince: '={{ $json.value }}' },
    items: withValues('2026-01-01T00:00:00Z', 'yesterday'),
    says: /^Updated Since is not a time: yesterday\. Use ISO 8601/,
  },
  'Lead: Get Many, in batches': {
    type: 'twenty',
    parameters: { resource: 'lead', operation: 'getMany', input: 'batch', leads: '={{ $json.value }}' },
    items: withValues([], {}),
    says: /^Leads is not a list\. Pass a JSON array/,
  },
  'Lead: Push': {
    type: 'twenty',
    parameters: { resource: 'lead', operation: 'push', input: 'items' },
    items: withEmails,
    says: /^email "no email" is not an email address\. Correct it/,
  },
  'Lead: Push, in batches': {
    type: 'twenty',
    parameters: { resource: 'lead', operation: 'push', input: 'batch', writes: '={{ $json.value }}' },
    items: withValues([], '['),
    says: /^Writes is not valid JSON .*correct the JSON\.$/,
  },
  'Workspace: Prepare': {
    type: 'twenty',
    parameters: { resource: 'workspace', operation: 'prepare', object: record('').object },
    items: () => [{}, { object: 'ghost' }, {}],
    says: /there is no object "ghost"/,
  },
  'Lead: Create or Update': {
    type: 'supabaseLeads',
    parameters: { resource: 'lead', operation: 'upsert', source: 'form' },
    items: () => withEmails().map((item, index) => (index === 1 ? { id: 'no uuid' } : item)),
    says: /^The database rejected the lead: id must be a UUID\. Correct it and send it again\.$/,
  },
  'Lead: Create or Update, in batches': {
    type: 'supabaseLeads',
    parameters: { resource: 'lead', operation: 'upsert', input: 'batch', source: 'form', leads: '={{ $json.value }}' },
    items: withValues([], {}),
    says: /^Leads is not a list\. Pass a JSON array/,
  },
  'Lead: Get for Sync': {
    type: 'supabaseLeads',
    parameters: { resource: 'lead', operation: 'getForSync', limit: '={{ $json.value }}' },
    items: withValues(10, 0),
    says: /^p_limit must be between 1 and 1,000, got 0\. Correct the parameters/,
  },
  'Lead: Update Sync Status': {
    type: 'supabaseLeads',
    parameters: {
      resource: 'lead',
      operation: 'updateSyncStatus',
      claimToken: NOBODY,
      results: '={{ $json.value }}',
    },
    items: withValues([], 'none'),
    says: /^Results is not valid JSON .*correct the JSON\.$/,
  },
  'Lead: Mark for Sync': {
    type: 'supabaseLeads',
    parameters: { resource: 'lead', operation: 'markForSync', limit: '={{ $json.value }}' },
    items: withValues(10, 0),
    says: /^p_limit must be between/,
  },
  'Sync Run: Start': {
    type: 'supabaseLeads',
    parameters: { resource: 'syncRun', operation: 'start', mode: '={{ $json.value }}' },
    items: withValues('delta', 'sideways'),
    says: /^p_mode must be .*, got sideways\. Correct the parameters/,
  },
  'Sync Run: Finish': {
    type: 'supabaseLeads',
    parameters: {
      resource: 'syncRun',
      operation: 'finish',
      run: { id: NOBODY, token: NOBODY },
      status: '={{ $json.value }}',
    },
    items: withValues('succeeded', 'perhaps'),
    says: /^p_status must be succeeded, failed or stopped, got perhaps\./,
  },
};

describe.each(Object.entries(CASES))('%s', (_name, { type, parameters, items, says }) => {
  it('sends the failed item alone to the error output', async () => {
    const input = items();

    const [successes, failures] = await run('continueErrorOutput', type, parameters, input);

    expect(pairs(successes)).toEqual([0, 2]);
    expect(pairs(failures)).toEqual([1]);
    expect(failures[0].json).toMatchObject({ ...input[1], error: expect.stringMatching(says) as string });
  });

  it('keeps the failed item in its place on the regular output', async () => {
    const [output] = await run('continueRegularOutput', type, parameters, items());

    expect(pairs(output)).toEqual([0, 1, 2]);
    expect(output.map(({ json }) => 'error' in json)).toEqual([false, true, false]);
    expect(output[1].json.error).toMatch(says);
  });
});

it.each([
  ['twenty', 'leadSyncTwentyApi'],
  ['supabaseLeads', 'leadSyncSupabaseApi'],
] as const)('a %s node without a credential fails every item, and nothing passes for a success', async (type, name) => {
  const workflow = oneNodeWorkflow({
    type,
    parameters: type === 'twenty' ? TWENTY : SUPABASE,
    onError: 'continueErrorOutput',
    items: withEmails(),
  });

  const result = await stage.run(workflow, {
    edit: (node) => {
      delete node(NODE_UNDER_TEST).credentials?.[name];
    },
  });

  const [successes, failures] = result.items(NODE_UNDER_TEST);
  expect(successes).toEqual([]);
  expect(pairs(failures)).toEqual([0, 1, 2]);
  for (const { json } of failures) expect(json.error).toMatch(/credential/i);
});

const TWENTY = { resource: 'lead', operation: 'push', input: 'items' };
const SUPABASE = { resource: 'lead', operation: 'upsert', source: 'form' };

describe.each<[string, 'twenty' | 'supabaseLeads', IDataObject, StageRunOptions, RegExp]>([
  ['a wrong Twenty key', 'twenty', TWENTY, { apiKey: 'wrong' }, /does not accept the API key: .*Create a new key/],
  [
    'a Twenty URL that is none',
    'twenty',
    TWENTY,
    { credentials: { leadSyncTwentyApi: { url: 'ftp://x' } } },
    /^The URL in the Twenty credential is not a web address\. Set it/,
  ],
  [
    'a Twenty that cannot be reached',
    'twenty',
    TWENTY,
    { credentials: { leadSyncTwentyApi: { url: 'http://127.0.0.1:9' } } },
    /^Twenty cannot be reached: .*Check the URL/,
  ],
  [
    'a wrong Supabase key',
    'supabaseLeads',
    SUPABASE,
    { credentials: { leadSyncSupabaseApi: { serviceKey: 'wrong' } } },
    /does not accept the service key\. Copy the secret key/,
  ],
  [
    'a Supabase host that is none',
    'supabaseLeads',
    SUPABASE,
    { credentials: { leadSyncSupabaseApi: { host: 'ftp://x' } } },
    /^The host in the Supabase credential is not a web address\. Enter/,
  ],
  [
    'an operation that is not there',
    'supabaseLeads',
    { resource: 'lead', operation: 'explode' },
    {},
    /^The operation "explode" of "lead" does not exist\. Choose/,
  ],
])('%s', (_name, type, parameters, options, says) => {
  it('is an error of every item, and nothing passes for a success', async () => {
    const [successes, failures] = await run('continueErrorOutput', type, parameters, withEmails(), options);

    expect(successes).toEqual([]);
    expect(pairs(failures)).toEqual([0, 1, 2]);
    for (const { json } of failures) expect(json.error).toMatch(says);
  });
});

import { InProcessN8n } from './harness';
import { testCredential } from './credential-test';
import { inProcessNodeTypes } from './in-process-nodes';
import { NODE_UNDER_TEST, oneNodeWorkflow } from './one-node-workflow';
import { startRedirecting, startStranger, type RecordingServer } from './redirecting-server';

const KEY = 'the-key-of-the-credential';
const STATUSES = [301, 302, 303, 307, 308];

let stranger: RecordingServer;
let configured: RecordingServer;
let status: number;
let n8n: InProcessN8n;

beforeAll(async () => {
  stranger = await startStranger();
  configured = await startRedirecting(() => status, stranger.url);
  n8n = new InProcessN8n(await inProcessNodeTypes(), {
    leadSyncTwentyApi: { url: configured.url, apiKey: KEY, callsPerMinute: 1_000 },
    leadSyncSupabaseApi: { host: configured.url, serviceKey: KEY },
    leadSyncCloudflareD1Api: { baseUrl: configured.url, accountId: 'a', databaseId: 'd', apiToken: KEY },
    leadSyncMetaLeadAdsApi: { baseUrl: configured.url, accessToken: KEY, version: '' },
    // sent as it is: only here is there such a word before it
    leadSyncKnowlarityApi: { baseUrl: configured.url, apiKey: KEY, authorizationToken: `Bearer ${KEY}` },
  });
});
beforeEach(() => {
  stranger.requests.length = 0;
  configured.requests.length = 0;
});
afterAll(async () => {
  await stranger.close();
  await configured.close();
});

describe.each(STATUSES)('a host that answers HTTP %i', (given) => {
  beforeEach(() => {
    status = given;
  });

  it.each([
    ['supabaseLeads', { resource: 'monitoring', operation: 'getMetrics' }],
    ['twenty', { resource: 'lead', operation: 'getIds', object: 'person' }],
    ['leadSync', { operation: 'pull', options: { pause: 0 } }],
    ['twenty', { resource: 'workspace', operation: 'prepare', object: 'person' }],
    ['cloudflareD1', { resource: 'database', operation: 'executeQuery', query: 'select 1' }],
    ['metaLeadAds', { resource: 'lead', operation: 'get', leadId: '1' }],
    ['knowlarity', { resource: 'call', operation: 'getMany' }],
  ])('gets no key carried on by the node %s (%j)', async (type, parameters) => {
    const workflow = oneNodeWorkflow({ type, parameters, onError: 'continueErrorOutput', items: [{}] });

    const run = await n8n.run(workflow);

    const told = JSON.stringify(run.items(NODE_UNDER_TEST));
    expect(configured.requests[0]?.authorization).toBe(`Bearer ${KEY}`);
    expect(stranger.requests).toEqual([]);
    expect(told).toContain(`sends calls on to ${stranger.url} (HTTP ${given})`);
    expect(told).not.toContain('s3cret');
  });

  it.each([
    'leadSyncTwentyApi',
    'leadSyncSupabaseApi',
    'leadSyncCloudflareD1Api',
    'leadSyncMetaLeadAdsApi',
    'leadSyncKnowlarityApi',
  ])('fails the test of the credential %s', async (type) => {
    const message = await testCredential(type, {
      url: configured.url,
      host: configured.url,
      apiKey: KEY,
      serviceKey: KEY,
      baseUrl: configured.url,
      accountId: 'a',
      databaseId: 'd',
      apiToken: KEY,
      accessToken: KEY,
      version: '',
      authorizationToken: `Bearer ${KEY}`,
    });

    expect(configured.requests[0]?.authorization).toBe(`Bearer ${KEY}`);
    expect(stranger.requests).toEqual([]);
    expect(message).toMatch(/sends calls on to another one .* so that the key stays here/);
  });
});

import { InProcessN8n } from './harness';
import { startEchoing, type EchoingServer } from './echoing-server';
import { inProcessNodeTypes } from './in-process-nodes';
import { oneNodeWorkflow } from './one-node-workflow';

const KEY = 'key/of+the=credential0123456789';
const WRITINGS: Record<string, (text: string) => string> = {
  'as it was': (text) => text,
  'in Base64': (text) => Buffer.from(text).toString('base64'),
  'as an address': encodeURIComponent,
};

let gateway: EchoingServer;
let status: number;
let write: (request: string) => string;
let n8n: InProcessN8n;

beforeAll(async () => {
  gateway = await startEchoing(
    () => status,
    (request) => write(request),
  );
  n8n = new InProcessN8n(await inProcessNodeTypes(), {
    leadSyncTwentyApi: { url: gateway.url, apiKey: KEY, callsPerMinute: 1_000 },
    leadSyncSupabaseApi: { host: gateway.url, serviceKey: KEY },
    leadSyncCloudflareD1Api: { baseUrl: gateway.url, accountId: 'a', databaseId: 'd', apiToken: KEY },
    leadSyncMetaLeadAdsApi: { baseUrl: gateway.url, accessToken: KEY, version: '' },
    leadSyncKnowlarityApi: { baseUrl: gateway.url, apiKey: KEY, authorizationToken: KEY },
  });
});
afterAll(() => gateway.close());

const BODIES: Array<[what: string, status: number, body: (request: string) => string]> = [
  ['an error of a gateway', 400, (request) => JSON.stringify({ message: 'Bad request', details: request })],
  ['an error of Twenty', 400, (request) => JSON.stringify({ statusCode: 400, messages: [request] })],
  ['an error of GraphQL', 200, (request) => JSON.stringify({ errors: [{ message: request }] })],
  ['a refusal', 403, (request) => request],
  ['a success', 200, (request) => JSON.stringify({ request })],
];
const NODES = [
  { type: 'supabaseLeads', parameters: { resource: 'monitoring', operation: 'getMetrics' } },
  { type: 'twenty', parameters: { resource: 'lead', operation: 'getIds', object: 'person' } },
  { type: 'leadSync', parameters: { operation: 'pull', options: { pause: 0 } } },
  { type: 'cloudflareD1', parameters: { resource: 'database', operation: 'executeQuery', query: 'select 1' } },
  { type: 'metaLeadAds', parameters: { resource: 'lead', operation: 'get', leadId: '1', options: { maxWait: 0 } } },
  { type: 'knowlarity', parameters: { resource: 'call', operation: 'getMany', options: { maxWait: 0 } } },
];

describe.each(BODIES)('a gateway that echoes the request as %s', (_what, given, body) => {
  const cases = NODES.flatMap(({ type, parameters }) =>
    Object.keys(WRITINGS).map((form) => ({ type, parameters, form })),
  );

  it.each(cases)('puts no key into what n8n keeps: $type, $form', async ({ type, parameters, form }) => {
    status = given;
    write = (request) => body(WRITINGS[form](request));
    const workflow = oneNodeWorkflow({ type, parameters, onError: 'continueErrorOutput', items: [{}] });

    const run = await n8n.run(workflow);

    for (const reading of readingsOf(run.kept)) expect(reading).not.toContain(KEY.slice(4, -4));
  });
});

/** A text as it is, and what its words say where they are Base64 or parts of an address. */
function readingsOf(text: string): string[] {
  const words = text.split(/[\s"\\]+/);
  const unescaped = text.replace(/%[\dA-F]{2}/g, (code) => String.fromCharCode(parseInt(code.slice(1), 16)));
  return [text, unescaped, ...words.map((word) => Buffer.from(word, 'base64').toString())];
}

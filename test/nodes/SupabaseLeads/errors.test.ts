import { NodeApiError } from 'n8n-workflow';
import { runNode, SERVICE_KEY } from './run-node';
import { startPostgrest, type Answer, type PostgrestServer } from './postgrest-server';

let server: PostgrestServer;
let answer: Answer;

beforeAll(async () => {
  server = await startPostgrest(() => answer);
});
afterAll(() => server.close());

const parameters = { resource: 'lead', operation: 'getForSync', limit: 200, run: '', leaseSeconds: 300 };

async function failure(host = server.url): Promise<NodeApiError> {
  const error: unknown = await runNode({ host, parameters }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(NodeApiError);
  return error as NodeApiError;
}

const postgrestError = (status: number, code: string, message: string, hint: string | null = null): Answer => ({
  status,
  json: { code, message, details: null, hint },
});

test.each<[string, Answer, RegExp, RegExp]>([
  [
    'a wrong key, as the gateway of hosted Supabase says it',
    {
      status: 401,
      json: { message: 'Invalid API key', hint: 'Double check your Supabase `anon` or `service_role` API key.' },
    },
    /does not accept the service key/,
    /service_role key from Settings/,
  ],
  [
    'an expired key',
    postgrestError(401, 'PGRST303', 'JWT expired'),
    /service key.*has expired/,
    /Copy a new secret key/,
  ],
  [
    'the anon key in place of the service key',
    postgrestError(401, '42501', 'permission denied for function get_leads_for_sync'),
    /may not call the lead functions/,
    /not the anon or publishable one/,
  ],
  [
    'migrations that were never applied',
    postgrestError(404, 'PGRST202', 'Could not find the function public.get_leads_for_sync in the schema cache'),
    /does not have the lead functions/,
    /npx n8n-nodes-lead-sync setup.*SQL editor/,
  ],
  [
    'migrations of two versions, which PostgREST answers with 300',
    postgrestError(300, 'PGRST203', 'Could not choose the best candidate function'),
    /does not have the lead functions/,
    /npx n8n-nodes-lead-sync setup/,
  ],
  [
    'migrations of which a part is missing',
    postgrestError(404, '42883', 'function lead_sync.hold_run(jsonb) does not exist'),
    /does not have the lead functions/,
    /npx n8n-nodes-lead-sync setup/,
  ],
  [
    'a missing table',
    postgrestError(404, 'PGRST205', 'no table leads'),
    /lead functions/,
    /npx n8n-nodes-lead-sync setup/,
  ],
  [
    'a statement timeout',
    postgrestError(500, '57014', 'canceling statement due to statement timeout'),
    /statement timeout/,
    /smaller batches/,
  ],
  [
    'an answer cut off by a closed connection',
    { cutOff: '{"claim_token": "abc", "le' },
    /was cut off/,
    /safe to repeat/,
  ],
  [
    'an answer cut off by a proxy',
    { text: '{"leads": [{"a"', contentType: 'application/json' },
    /was cut off/,
    /Run it again/,
  ],
  [
    'a login page',
    { text: '<!DOCTYPE html><html>Sign in</html>' },
    /not as Supabase does/,
    /not the address of its dashboard/,
  ],
  ['an unknown page', { status: 404, text: '<html>Not Found</html>' }, /not as Supabase does/, /Enter the project URL/],
  ['a list where an object belongs', { json: [] }, /not as Supabase does/, /Enter the project URL/],
  [
    'a bad gateway page',
    { status: 502, text: '<html>Bad Gateway</html>' },
    /could not handle the call/,
    /run it again/,
  ],
  ['a database that is down', postgrestError(503, 'PGRST001', 'Database client error'), /could not handle/, /logs/],
  ['too many requests', { status: 429, json: { message: 'slow down' } }, /too many requests/, /later/],
  ['too large a request', { status: 413, text: 'too large' }, /of this size/, /smaller batches/],
])('%s is told as what it is, with the next step', async (_case, given, happened, next) => {
  answer = given;

  const error = await failure();

  expect(error.message).toMatch(happened);
  expect(error.message).toMatch(next);
  expect(error.context.itemIndex).toBe(0);
});

test('the description names the function and what the other side said', async () => {
  answer = postgrestError(404, 'PGRST202', 'Could not find the function', 'Perhaps you meant another one');

  const { description } = await failure();

  expect(description).toBe('get_leads_for_sync: Could not find the function. Perhaps you meant another one.');
});

test('what a function itself refuses is shown in its own words', async () => {
  answer = postgrestError(400, '22023', 'p_limit must be between 1 and 1,000, got 0', 'Pass at least 1.');

  const error = await failure();

  expect(error.message).toBe('p_limit must be between 1 and 1,000, got 0. Pass at least 1.');
});

test('a refused connection and an unknown host say that the host is not there', async () => {
  const closed = await startPostgrest(() => answer);
  await closed.close();

  for (const host of [closed.url, 'http://no-such-host.invalid']) {
    const error = await failure(host);
    expect(error.message).toMatch(/^Supabase cannot be reached\. Check the host/);
    expect(error.description).toMatch(/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/);
  }
});

test.each(['', 'not a url', 'ftp://example.com'])('the host %j is told to be no address', async (host) => {
  expect((await failure(host)).message).toMatch(/host in the Supabase credential is not a web address/);
});

test('a cancelled execution ends the call', async () => {
  const cancel = new AbortController();
  cancel.abort();

  await expect(runNode({ host: server.url, parameters, cancelSignal: cancel.signal })).rejects.toThrow(/cancelled/);
});

test('no message holds the key', async () => {
  answer = postgrestError(401, 'PGRST301', 'JWSError JWSInvalidSignature');

  const error = await failure();

  expect(JSON.stringify([error.message, error.description, error.messages, error.cause])).not.toContain(SERVICE_KEY);
});

test('works where Node has no WebSocket, as on Node 20', async () => {
  const { WebSocket } = globalThis;
  Reflect.deleteProperty(globalThis, 'WebSocket');
  answer = { status: 200, json: { leads: [] } };

  await expect(runNode({ host: server.url, parameters })).resolves.toHaveLength(1);

  Object.assign(globalThis, { WebSocket });
});

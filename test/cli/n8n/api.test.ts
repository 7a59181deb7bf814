import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { N8nApi } from '../../../cli/n8n/api';

let server: Server | undefined;

type Reply = [status: number, body: string | object, headers?: Record<string, string>];

/** n8n as far as these answers go; they are those of n8n 2.41.1. */
async function n8n(reply: (request: IncomingMessage) => Reply): Promise<N8nApi> {
  server = createServer((request, response) => {
    const [status, body, headers = {}] = reply(request);
    const type = typeof body === 'string' ? 'text/html' : 'application/json';
    response.writeHead(status, { 'content-type': type, ...headers });
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return new N8nApi(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'key');
}

afterEach(async () => {
  await new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined)));
  server = undefined;
});

it.each([
  'https://n8n.example.com',
  'https://n8n.example.com/',
  'https://n8n.example.com/home/workflows',
  'https://n8n.example.com/workflow/abc123',
  'https://n8n.example.com/api/v1/',
])('takes the address that people copy: %s', (address) => {
  expect(new N8nApi(address, 'key').url).toBe('https://n8n.example.com');
});

it('keeps the path under which n8n lives', () => {
  expect(new N8nApi('https://example.com/n8n/settings/api', 'key').url).toBe('https://example.com/n8n');
});

it.each<[string, Reply, RegExp, RegExp]>([
  ['a wrong key', [401, { message: 'unauthorized' }], /does not accept the API key/, /Settings › n8n API/],
  ['a key without rights', [403, { message: 'Forbidden' }], /may not do this \(GET \/workflows\)/, /as the owner/],
  ['a disabled API', [404, '<pre>Cannot GET /api/v1/workflows</pre>'], /no public API/, /N8N_PUBLIC_API_DISABLED/],
  [
    'another address',
    [302, '', { location: 'https://login.example.com' }],
    /sends calls on to https:\/\/login/,
    /--n8n-url/,
  ],
  ['a web page', [200, '<!doctype html><title>Welcome</title>'], /not n8n's API/, /--n8n-url/],
  ['a server in trouble', [503, { message: 'Database is not ready!' }], /503\): Database is not ready/, /log of n8n/],
])('says what to do about %s', async (_case, answer, message, nextStep) => {
  const api = await n8n(() => answer);

  await expect(api.check()).rejects.toMatchObject({
    message: expect.stringMatching(message) as string,
    nextStep: expect.stringMatching(nextStep) as string,
  });
});

it('says what to do where nothing listens', async () => {
  const api = await n8n(() => [200, {}]);
  await new Promise((resolve) => server?.close(resolve));
  server = undefined;

  await expect(api.check()).rejects.toMatchObject({ message: expect.stringMatching(/nothing listens/) as string });
});

it('reads all pages, and leaves archived workflows out', async () => {
  const api = await n8n(({ url }) => {
    const isSecond = url?.includes('cursor=next') === true;
    const data = isSecond ? [{ id: 'c' }] : [{ id: 'a' }, { id: 'b', isArchived: true }];
    return [200, { data, nextCursor: isSecond ? null : 'next' }];
  });

  expect((await api.workflows()).map(({ id }) => id)).toEqual(['a', 'c']);
});

it('does without what an older n8n, or the key of a member, does not give', async () => {
  const api = await n8n(({ method }) =>
    method === 'GET' ? [405, { message: 'GET method not allowed' }] : [404, { message: 'not found' }],
  );

  expect(await api.credentials()).toBeUndefined();
  expect(await api.updateCredential('id', {})).toBeUndefined();
  expect(await api.packageVersion('n8n-nodes-lead-sync')).toBeUndefined();
});

it('says that n8n is too old for a workflow in the words of a user', async () => {
  const api = await n8n(() => [400, { message: "Cannot read properties of undefined (reading 'execute')" }]);

  await expect(api.activate('id')).rejects.toMatchObject({
    nextStep: expect.stringMatching(/1\.88 or newer/) as string,
  });
});

it('lets error workflows of n8n 1 be, which it runs unpublished', async () => {
  const api = await n8n(() => [
    400,
    { message: 'Workflow "x" has no node to start the workflow - at least one trigger is required' },
  ]);

  await expect(api.activate('id')).resolves.toBeUndefined();
});

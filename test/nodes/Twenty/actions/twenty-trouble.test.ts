import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { createWrite, useWorkspace, Workspace } from '../support/workspace';

const workspace = useWorkspace('prepared');
const { email } = workspace;

const GET_CHANGED = { resource: 'lead', operation: 'getChanged', output: 'pages' };

describe('bad credentials', () => {
  it('a wrong key: says so, and where to make a new one', async () => {
    const run = workspace.run({ apiKey: 'wrong', parameters: GET_CHANGED });

    await expect(run).rejects.toMatchObject({
      message: expect.stringMatching(/does not accept the API key: .* Create a new key .*Settings → APIs & Webhooks/),
    });
  });

  it('an empty key: says so without asking Twenty', async () => {
    await expect(workspace.run({ apiKey: ' ', parameters: GET_CHANGED })).rejects.toThrow('has no API key');
  });

  it('an unreachable host: says so and what to check', async () => {
    const run = workspace.run({ url: 'http://127.0.0.1:9', parameters: GET_CHANGED });

    await expect(run).rejects.toMatchObject({
      message: expect.stringMatching(/Twenty cannot be reached: nothing listens .*\. Check the URL in the credential/),
      description: expect.stringContaining('ECONNREFUSED'),
    });
  });

  it('an address that is none', async () => {
    await expect(workspace.run({ url: 'ftp://x', parameters: GET_CHANGED })).rejects.toThrow('not a web address');
  });

  it.each(['/', '/rest', '/rest/', '/graphql'])('a URL with %s at its end works', async (suffix) => {
    const { items } = await workspace.run({
      url: `${workspace.double.url.replace(/\/$/, '')}${suffix}`,
      parameters: GET_CHANGED,
    });

    expect(items[0].json).toMatchObject({ missing_fields: [], calls: 1 });
  });

  describe('a host that is no Twenty', () => {
    let other: Server;
    beforeAll(async () => {
      other = createServer((_request, response) => {
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><h1>Welcome</h1>');
      });
      await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    });
    afterAll(async () => await new Promise((resolve) => other.close(resolve)));

    it('is named as such', async () => {
      const { port } = other.address() as AddressInfo;

      const run = workspace.run({ url: `http://127.0.0.1:${port}`, parameters: GET_CHANGED });

      await expect(run).rejects.toThrow('No Twenty API answers at the URL of the credential');
    });
  });

  it('become an error item for each input item where the node continues on fail', async () => {
    const { items } = await workspace.run({
      apiKey: 'wrong',
      parameters: { ...GET_CHANGED, output: 'leads' },
      items: [{}, {}],
      continueOnFail: true,
    });

    expect(items).toHaveLength(2);
    expect(items[1]).toMatchObject({ json: { details: { category: 'auth' } }, pairedItem: { item: 1 } });
  });
});

describe('a connection that breaks', () => {
  const push = (writes: unknown[]) => ({ resource: 'lead', operation: 'push', input: 'batch', writes });
  const createPeople = { operation: 'createPeople' };

  it.each([
    ['is closed before the answer', { kind: 'drop-response-after-effect' as const }, 'network'],
    ['is cut in the middle of the answer', { kind: 'cut-body' as const }, 'network'],
    ['brings no answer in time', { kind: 'delay' as const, ms: 1_500 }, 'timeout'],
    ['ends at a gateway', { kind: 'status' as const, status: 502, body: '<html>Bad Gateway</html>' }, 'server'],
  ])('and %s leaves the outcome of a write unknown', async (_name, fault, category) => {
    workspace.double.faults.push({ ...fault, match: createPeople });

    const parameters = { ...push([createWrite(randomUUID(), { email: email() })]), options: { timeout: 1 } };
    const { items } = await workspace.run({ parameters });

    expect(items[0].json).toMatchObject({ results: [{ ok: false, outcome: 'unknown', category }] });
  });

  it('and is cut in the middle of a page is said with what to do', async () => {
    workspace.double.faults.push({ kind: 'cut-body', match: { operation: 'people' } });

    await expect(workspace.run({ parameters: GET_CHANGED })).rejects.toMatchObject({
      message: expect.stringMatching(/^The answer of Twenty was cut off: .*\. Run again; if it happens often/),
    });
  });

  it('does not stop the leads that come after', async () => {
    workspace.double.faults.push({ kind: 'drop-response-after-effect', match: createPeople });
    const writes = [createWrite(randomUUID(), { email: email() }), createWrite(randomUUID(), { email: email() })];

    const { items } = await workspace.run({ parameters: { ...push(writes), batchSize: 1 } });

    expect(items[0].json).toMatchObject({ counts: { unknown: 1, created: 1 } });
  });
});

describe('the rate limit', () => {
  it('makes the node wait and go on, and says so in the log', async () => {
    workspace.double.faults.push({ kind: 'rate-limit', match: { operation: 'people' } });

    const { items, log } = await workspace.run({ callsPerMinute: 600, parameters: GET_CHANGED });

    expect(items[0].json).toMatchObject({ calls: 1 });
    expect(log.some((line) => line.startsWith('warn') && line.includes('Limit reached'))).toBe(true);
  });
});

describe('an execution that is cancelled', () => {
  it('takes a free call even where it may not wait', async () => {
    const { items } = await workspace.run({ parameters: { ...GET_CHANGED, options: { maxWait: 0 } } });

    expect(items[0].json).toMatchObject({ calls: 1 });
  });

  it('stops waiting for the rate limit', async () => {
    const slow = await Workspace.start();
    const cancel = new AbortController();
    const parameters = { resource: 'lead', operation: 'getChanged', output: 'leads', pageSize: 1 };
    await slow.create(
      'person',
      [email(), email(), email()].map((primaryEmail) => ({ values: { emails: { primaryEmail } } })),
    );

    const run = slow.run({
      callsPerMinute: 1,
      parameters,
      cancelSignal: cancel.signal,
    });
    setTimeout(() => cancel.abort(new Error('stopped')), 300);

    await expect(run).rejects.toThrow('cancelled');
    await slow.close();
  });
});

import { unwrap } from '../../../../nodes/Twenty/transport/client';
import { startRedirecting, startStranger } from '../../../workflows/redirecting-server';
import { TriggerNode, type TriggerNodeOptions } from '../support/trigger-node';
import { useWorkspace } from '../support/workspace';

const ADDRESS = 'https://n8n.example.com/webhook/abc/webhook';
const TEST_ADDRESS = 'https://n8n.example.com/webhook-test/abc/webhook';

const workspace = useWorkspace();
afterEach(async () => {
  for (const { id } of await inTwenty()) await removeByHand(id);
});

function triggerNode(options: TriggerNodeOptions = {}): TriggerNode {
  const { url, apiKey } = workspace.double;
  return new TriggerNode({
    url,
    apiKey,
    address: ADDRESS,
    parameters: { objects: ['person'], events: ['*'] },
    ...options,
  });
}

interface Webhook {
  id: string;
  targetUrl: string;
  operations: string[];
  secret: string;
}

async function inTwenty(): Promise<Webhook[]> {
  const webhooks = unwrap(await workspace.client().rest<Webhook[]>('GET', '/webhooks'));
  return webhooks.map(({ id, targetUrl, operations, secret }) => ({ id, targetUrl, operations, secret }));
}

async function removeByHand(id: unknown): Promise<void> {
  unwrap(await workspace.client().rest('DELETE', `/webhooks/${String(id)}`));
}

describe('activation', () => {
  it('gives neither key nor secret to the host that Twenty’s address redirects to', async () => {
    const stranger = await startStranger();
    const configured = await startRedirecting(() => 307, stranger.url);
    const node = triggerNode({ url: configured.url, apiKey: 'the-key-of-the-credential' });

    await expect(node.activate()).rejects.toThrow(`sends calls on to ${stranger.url} (HTTP 307)`);

    expect(configured.requests).toHaveLength(1);
    expect(stranger.requests).toEqual([]);
    await Promise.all([stranger.close(), configured.close()]);
  });

  it('makes a webhook with a secret of its own, and keeps both', async () => {
    const node = triggerNode({ parameters: { objects: ['person', 'company'], events: ['created', 'deleted'] } });

    await node.activate();

    const { webhookId, secret } = node.staticData;
    expect(secret).toMatch(/^[0-9a-f]{64}$/);
    expect(await inTwenty()).toEqual([
      {
        id: webhookId,
        targetUrl: ADDRESS,
        operations: ['company.created', 'company.deleted', 'person.created', 'person.deleted'],
        secret,
      },
    ]);
  });

  it.each([
    { objects: ['*'], events: ['*'], operations: ['*.*'] },
    { objects: ['*', 'person'], events: ['updated'], operations: ['*.updated'] },
    { objects: ['person'], events: ['*', 'updated'], operations: ['person.*'] },
    { objects: 'person, company', events: ['*'], operations: ['company.*', 'person.*'] },
  ])('asks Twenty for $operations', async ({ operations, ...parameters }) => {
    await triggerNode({ parameters }).activate();

    expect(await inTwenty()).toMatchObject([{ operations }]);
  });

  it('listens to custom objects', async () => {
    await workspace.client().metadata('POST', '/objects', {
      nameSingular: 'rocket',
      namePlural: 'rockets',
      labelSingular: 'Rocket',
      labelPlural: 'Rockets',
    });

    await triggerNode({ parameters: { objects: ['rocket'], events: ['*'] } }).activate();

    expect(await inTwenty()).toMatchObject([{ operations: ['rocket.*'] }]);
  });

  it('names the objects there are when one is unknown', async () => {
    const node = triggerNode({ parameters: { objects: ['people'], events: ['*'] } });

    await expect(node.activate()).rejects.toThrow(/no object "people".*person/s);

    expect(await inTwenty()).toEqual([]);
  });

  it('says that no object is chosen', async () => {
    await expect(triggerNode({ parameters: { objects: [], events: ['*'] } }).activate()).rejects.toThrow(
      'No object is chosen',
    );
  });

  it('says what is wrong with the key', async () => {
    await expect(triggerNode({ apiKey: 'wrong' }).activate()).rejects.toThrow('does not accept the API key');
  });

  it.each(['http://localhost:5678/webhook/x', 'http://n8n:5678/webhook/x', 'http://192.168.1.4/webhook/x'])(
    'warns that Twenty may send nothing to %s',
    async (address) => {
      const node = triggerNode({ address });

      await node.activate();

      expect(node.log).toEqual([expect.stringContaining('OUTBOUND_HTTP_SAFE_MODE_ENABLED=false')]);
    },
  );

  it('warns of nothing at a public address', async () => {
    const node = triggerNode();

    await node.activate();

    expect(node.log).toEqual([]);
  });
});

describe('a restart', () => {
  it('finds the webhook again', async () => {
    const node = triggerNode();
    await node.activate();
    const before = await inTwenty();

    await node.activate();

    expect(await inTwenty()).toEqual(before);
  });

  it('finds it among others’, in whatever order Twenty lists the operations', async () => {
    const node = triggerNode({ parameters: { objects: ['person', 'company'], events: ['*'] } });
    await node.activate();
    const [{ id, operations }] = await inTwenty();
    await workspace.client().rest('PATCH', `/webhooks/${id}`, { operations: [...operations].reverse() });
    await workspace.client().rest('POST', '/webhooks', { targetUrl: 'https://example.com/other', operations: ['*.*'] });

    expect(await node.checkExists()).toBe(true);
  });

  it('makes the webhook again that somebody has removed by hand', async () => {
    const node = triggerNode();
    await node.activate();
    await removeByHand(node.staticData.webhookId);

    await node.activate();

    expect(await inTwenty()).toMatchObject([{ id: node.staticData.webhookId, targetUrl: ADDRESS }]);
  });

  it.each<{ what: string; change: TriggerNodeOptions }>([
    { what: 'address', change: { address: 'https://new.example.com/webhook/abc/webhook' } },
    { what: 'objects', change: { parameters: { objects: ['company'], events: ['*'] } } },
    { what: 'events', change: { parameters: { objects: ['person'], events: ['created'] } } },
  ])('repairs the webhook when the $what changed, and keeps its secret', async ({ change }) => {
    const node = triggerNode();
    await node.activate();
    const { secret } = node.staticData;

    const restarted = triggerNode({ ...change, staticData: node.staticData });
    await restarted.activate();

    expect(await inTwenty()).toHaveLength(1);
    expect(await inTwenty()).toMatchObject([{ id: restarted.staticData.webhookId, secret }]);
    expect(await restarted.checkExists()).toBe(true);
  });

  it('takes a new secret and removes the old webhook when all that n8n kept is lost', async () => {
    const node = triggerNode();
    await node.activate();
    const { secret } = node.staticData;

    const restarted = triggerNode({ address: 'https://new.example.com/webhook/abc/webhook' });
    await restarted.activate();

    expect(await inTwenty()).toMatchObject([
      { id: restarted.staticData.webhookId, secret: restarted.staticData.secret },
    ]);
    expect(restarted.staticData.secret).not.toBe(secret);
  });

  it('leaves the webhooks of other nodes alone', async () => {
    await triggerNode({ nodeId: 'node-2', address: 'https://n8n.example.com/webhook/def/webhook' }).activate();

    await triggerNode().activate();

    expect(await inTwenty()).toHaveLength(2);
  });
});

describe('an answer that is lost', () => {
  it('leaves one webhook when the workflow is activated again', async () => {
    const node = triggerNode();
    workspace.double.faults.push({
      kind: 'drop-response-after-effect',
      match: { method: 'POST', path: '/rest/webhooks' },
    });
    await expect(node.activate()).rejects.toThrow('was cut off');

    await node.activate();

    expect(await inTwenty()).toMatchObject([{ id: node.staticData.webhookId, secret: node.staticData.secret }]);
  });
});

describe('listening for a test event', () => {
  it('leaves the webhook of the active workflow alone', async () => {
    const active = triggerNode();
    await active.activate();

    const test = triggerNode({ address: TEST_ADDRESS, mode: 'manual' });
    await test.activate();
    await test.delete();

    expect(await inTwenty()).toMatchObject([{ id: active.staticData.webhookId }]);
  });

  it('has Twenty make and remove a note when asked to', async () => {
    const parameters = { objects: ['person'], events: ['*'], options: { sendTestEvent: true } };
    const test = triggerNode({ address: TEST_ADDRESS, mode: 'manual', parameters });

    await test.activate();
    const [{ operations }] = await inTwenty();
    await test.delete();

    expect(operations).toEqual(['person.*', 'note.created']);
    expect(workspace.double.store.list('notes', { withDeleted: true })).toEqual([]);
  });
});

describe('deactivation', () => {
  it('removes the webhook and forgets its secret', async () => {
    const node = triggerNode();
    await node.activate();

    expect(await node.delete()).toBe(true);

    expect(await inTwenty()).toEqual([]);
    expect(node.staticData).toEqual({});
  });

  it('is content with a webhook that is gone already', async () => {
    const node = triggerNode();
    await node.activate();
    await removeByHand(node.staticData.webhookId);

    expect(await node.delete()).toBe(true);
  });

  it('removes a webhook that an interrupted activation left behind', async () => {
    await triggerNode().activate();

    await triggerNode().delete();

    expect(await inTwenty()).toEqual([]);
  });

  it('goes through when Twenty refuses, says so, and the next activation cleans up', async () => {
    const node = triggerNode();
    await node.activate();
    const refused = triggerNode({ apiKey: 'wrong', staticData: node.staticData });

    expect(await refused.delete()).toBe(false);

    expect(refused.log.join()).toMatch(/could not remove its webhook.*does not accept|Settings/s);
    await node.activate();
    expect(await inTwenty()).toHaveLength(1);
  });
});

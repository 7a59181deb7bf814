import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTwentyDouble, type TwentyDouble } from '../../../stand-ins/twenty';

type Behaviour = 'ok' | 'error' | 'hang up';

describe('webhook deliveries', () => {
  let double: TwentyDouble;
  let now: number;
  let webhookId: string;
  let receiver: Server;
  let behaviour: Behaviour;
  let posts: Record<string, unknown>[];

  const rest = (method: string, path: string, body?: object): { id?: unknown } => {
    const { body: answer } = double.handle({
      method,
      path: `/rest/${path}`,
      headers: { authorization: `Bearer ${double.apiKey}` },
      body: JSON.stringify(body),
    });
    return JSON.parse(answer) as { id?: unknown };
  };

  beforeEach(async () => {
    now = Date.parse('2026-01-01T00:00:00Z');
    double = await startTwentyDouble({
      rateLimit: false,
      clock: () => now,
      webhookLag: { startMs: 5_000, stopMs: 4_000 },
    });
    posts = [];
    receiver = createServer((request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString('utf8')));
      request.on('end', () => {
        posts.push(JSON.parse(text) as Record<string, unknown>);
        if (behaviour === 'hang up') request.socket.destroy();
        else response.writeHead(behaviour === 'ok' ? 200 : 500).end();
      });
    });
    await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
    const targetUrl = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`;
    webhookId = String(rest('POST', 'webhooks', { targetUrl, operations: ['person.*'] }).id);
    now += 5_000;
  });
  afterEach(async () => {
    await double.close();
    receiver.closeAllConnections();
    await new Promise((resolve) => receiver.close(resolve));
  });

  test.each<Behaviour>(['ok', 'error', 'hang up'])('are sent once when the receiver answers: %s', async (how) => {
    behaviour = how;
    const [id] = double.store.insert('people', [{ jobTitle: 'Before' }]);
    double.store.update('people', id, { jobTitle: 'After' });
    await double.webhooks.idle();
    expect(posts).toMatchObject([{ eventName: 'person.updated', updatedFields: ['jobTitle'] }]);
  });

  test('name the user who made a change at the screen', async () => {
    behaviour = 'ok';
    const [id] = double.store.insert('people', [{}]);
    double.store.remove('people', id);
    await double.webhooks.idle();
    expect(posts).toMatchObject([
      { eventName: 'person.deleted', userId: expect.any(String), workspaceMemberId: expect.any(String) },
    ]);
  });

  test('start some seconds after the webhook was made, and stop some seconds after it was deleted', async () => {
    behaviour = 'ok';
    const [id] = double.store.insert('people', [{}]);
    const edit = (jobTitle: string): unknown => double.store.update('people', id, { jobTitle });
    now -= 1;
    edit('too early');
    now += 1;
    edit('told');
    rest('DELETE', `webhooks/${webhookId}`);
    now += 3_999;
    edit('told, although it is deleted');
    now += 1;
    edit('too late');
    await double.webhooks.idle();
    expect(posts.map(({ record }) => (record as { jobTitle: string }).jobTitle).sort()).toEqual([
      'told',
      'told, although it is deleted',
    ]);
  });

  test('are not sent for records put in place', async () => {
    behaviour = 'ok';
    double.store.insert('people', [{}, {}]);
    await double.webhooks.idle();
    expect(posts).toEqual([]);
  });
});

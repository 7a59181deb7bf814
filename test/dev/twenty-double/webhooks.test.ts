import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { startTwentyDouble, type TwentyDouble } from '../../../dev/twenty-double';

type Behaviour = 'ok' | 'error' | 'hang up';

describe('webhook deliveries', () => {
  let double: TwentyDouble;
  let receiver: Server;
  let behaviour: Behaviour;
  let posts: Record<string, unknown>[];

  beforeEach(async () => {
    double = await startTwentyDouble({ rateLimit: false });
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
    await fetch(`${double.url}/rest/webhooks`, {
      method: 'POST',
      headers: { authorization: `Bearer ${double.apiKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        targetUrl: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
        operations: ['person.*'],
      }),
    });
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

  test('are not sent for records put in place', async () => {
    behaviour = 'ok';
    double.store.insert('people', [{}, {}]);
    await double.webhooks.idle();
    expect(posts).toEqual([]);
  });
});

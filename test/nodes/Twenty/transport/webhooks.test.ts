import { createWebhook, deleteWebhook, readWebhooks } from '../../../../nodes/Twenty/transport/webhooks';
import { useWorkspace, type Interference } from '../support/workspace';

/** More than a page of Twenty's metadata lists holds. */
const WEBHOOKS = 130;

const webhook = (n: number) => ({
  targetUrl: `https://n8n.example.com/webhook/${n}`,
  operations: ['person.*'],
  description: `Webhook ${n}`,
  secret: 'secret',
});

/** Asks where newer releases list webhooks in pages. */
const inPages: Interference = async (request, next) =>
  await next({ ...request, url: request.url.replace('/rest/webhooks', '/rest/metadata/webhooks') });

const workspace = useWorkspace('bare', { version: '2.31' });

beforeAll(async () => {
  const client = workspace.client();
  for (let n = 0; n < WEBHOOKS; n++) await createWebhook(client, webhook(n));
});

it.each([
  { what: 'bare', interfere: undefined },
  { what: 'in pages', interfere: inPages },
])('all webhooks are read where Twenty lists them $what', async ({ interfere }) => {
  const webhooks = await readWebhooks(workspace.client({ interfere }));

  expect(webhooks.map(({ targetUrl }) => targetUrl).sort()).toEqual(
    Array.from({ length: WEBHOOKS }, (_, n) => webhook(n).targetUrl).sort(),
  );
});

it('a key that may not see webhooks is told so', async () => {
  workspace.double.faults.push({
    kind: 'status',
    status: 400,
    body: JSON.stringify({
      statusCode: 400,
      error: 'Error',
      messages: ['Entity performing the request does not have permission'],
      code: 'PERMISSION_DENIED',
    }),
  });

  await expect(readWebhooks(workspace.client())).rejects.toMatchObject({ failure: { category: 'permission' } });
});

it('a webhook that is gone already is as good as removed', async () => {
  const client = workspace.client();
  const id = await createWebhook(client, webhook(WEBHOOKS));
  await deleteWebhook(client, id);

  await expect(deleteWebhook(client, id)).resolves.toBeUndefined();
});

import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { KnowlarityTrigger } from '../../../nodes/Knowlarity/KnowlarityTrigger.node';

const SECRET = 'made-up-push-secret';
const FIELDS = { uuid: 'made-up-1', customer_number: '+919812345678', knowlarity_number: '+918000000001' };

interface Push {
  headers?: Record<string, string>;
  query?: Record<string, unknown>;
  body?: unknown;
  rawBody?: Buffer;
  parameters?: Record<string, unknown>;
  credential?: object;
}

/** One push to the trigger; what it answers, and the items that start an execution. */
async function push({ headers = { 'x-lead-sync-secret': SECRET }, query = {}, body, rawBody, ...more }: Push) {
  const answer: { status?: number; body?: unknown } = {};
  const logged: string[] = [];
  const response = {
    status: (status: number) => Object.assign(response, { sent: (answer.status = status) }),
    json: (json: unknown) => (answer.body = json),
  };
  const given: Record<string, unknown> = { numbers: '', options: {}, ...more.parameters };
  const context = {
    getCredentials: () =>
      Promise.resolve({ pushSecret: SECRET, timeZone: 'Asia/Kolkata', country: 'IN', ...more.credential }),
    getQueryData: () => query,
    getBodyData: () => body ?? {},
    getHeaderData: () => headers,
    getRequestObject: () => ({ rawBody, url: '/webhook/1/webhook', headers }),
    getResponseObject: () => response,
    getNodeParameter: (name: string) => given[name],
    getWorkflow: () => ({ id: '1' }),
    getNode: () => ({ name: 'Knowlarity Trigger' }),
    logger: { warn: (message: string) => logged.push(message) },
  } as unknown as IWebhookFunctions;
  const { workflowData, webhookResponse } = await new KnowlarityTrigger().webhook.call(context);
  return { ...answer, logged, items: workflowData?.[0].map(({ json }) => json), ignored: webhookResponse as unknown };
}

test.each<[string, Push]>([
  ['a form or JSON', { body: FIELDS }],
  ['the query of a GET', { query: FIELDS }],
  ['data', { body: { data: FIELDS } }],
  ['data as a text', { body: { data: JSON.stringify(FIELDS) } }],
  ['data as a form', { body: { data: new URLSearchParams(FIELDS).toString() } }],
  ['a list', { body: { data: [FIELDS] } }],
  ['a text that is JSON', { body: JSON.stringify(FIELDS) }],
  ['a text that is a form', { body: new URLSearchParams(FIELDS).toString() }],
  ['fields that are there twice', { query: { ...FIELDS, uuid: ['made-up-1', 'made-up-2'] } }],
])('a call in %s starts an execution', async (_what, sent) => {
  expect((await push(sent)).items).toMatchObject([
    { uuid: 'made-up-1', customer_number: '+919812345678', knowlarity_number: '+918000000001' },
  ]);
});

test('the secret may come in another header, or in the address where none can be set', async () => {
  const parameters = { options: { header: 'X-Ours' } };
  expect((await push({ headers: { 'x-ours': SECRET }, parameters, body: FIELDS })).items).toHaveLength(1);
  const inAddress = await push({ headers: {}, query: { ...FIELDS, secret: SECRET } });
  expect(inAddress.items).toHaveLength(1);
  expect(JSON.stringify(inAddress)).not.toContain(SECRET);
});

test.each<[string, Push]>([
  ['no secret', { headers: {} }],
  ['a wrong secret', { headers: { 'x-lead-sync-secret': 'made-up-other' } }],
  ['half the secret', { headers: { 'x-lead-sync-secret': SECRET.slice(0, 10) } }],
  ['the secret twice', { headers: {}, query: { secret: [SECRET, SECRET] } }],
  ['the secret in the body', { headers: {}, body: { ...FIELDS, secret: SECRET } }],
  [
    'an empty secret, where the credential has none',
    { headers: { 'x-lead-sync-secret': '' }, credential: { pushSecret: ' ' } },
  ],
])('a push with %s is refused', async (_what, sent) => {
  const { status, items, logged } = await push({ body: FIELDS, ...sent });

  expect({ status, items }).toEqual({ status: 401, items: undefined });
  expect(logged.join()).not.toContain(SECRET);
});

test('what is too large, cut off or no push at all is refused; what names no call is ignored', async () => {
  expect(await push({ body: { ...FIELDS, note: 'x'.repeat(100_001) } })).toMatchObject({ status: 413 });
  expect(await push({ rawBody: Buffer.alloc(100_001), body: FIELDS })).toMatchObject({ status: 413 });
  expect(await push({ body: '{"uuid": "made-' })).toMatchObject({ status: 400, items: undefined });
  for (const body of [{}, { data: null }, { data: '{"uuid": "made-' }, { data: [] }, { uuid: '' }, []]) {
    expect(await push({ body })).toMatchObject({ items: undefined, ignored: { status: 'ignored' } });
  }
});

test('only calls of chosen numbers start an execution, however those are written', async () => {
  const parameters = { numbers: '08000000001, +918000000002' };

  expect((await push({ body: FIELDS, parameters })).items).toHaveLength(1);
  expect((await push({ body: { ...FIELDS, knowlarity_number: '8000000002' }, parameters })).items).toHaveLength(1);
  for (const knowlarity_number of ['+918000000003', '', undefined]) {
    expect(await push({ body: { ...FIELDS, knowlarity_number }, parameters })).toMatchObject({
      items: undefined,
      ignored: { status: 'ignored', reason: 'no call of a number that is listened to' },
    });
  }
});

test('a workflow whose credential has no push secret is not published', async () => {
  const publish = async (pushSecret: string) =>
    await new KnowlarityTrigger().webhookMethods.default.checkExists.call({
      getCredentials: () => Promise.resolve({ pushSecret }),
      getNode: () => ({ name: 'Knowlarity Trigger' }),
    } as unknown as IHookFunctions);

  await expect(publish(' ')).rejects.toThrow('has no push secret');
  expect(await publish(SECRET)).toBe(true);
});

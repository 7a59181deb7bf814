import type { IWebhookFunctions } from 'n8n-workflow';
import { MetaLeadAdsTrigger } from '../../../nodes/MetaLeadAds/MetaLeadAdsTrigger.node';
import { deliveryOf, MetaApi, signDelivery } from '../../../stand-ins/meta';

const { store } = new MetaApi();
const page = store.addPage('Our page');
const form = store.addForm(page, 'Newsletter');
const other = store.addForm(store.addPage('Other page'), 'Offer');

interface Request {
  body?: Buffer;
  signature?: string;
  query?: object;
  parameters?: Record<string, unknown>;
  credential?: object;
  /** Of the editor, where nothing is gathered, unless told. */
  mode?: 'manual' | 'webhook';
}

/** One request to the trigger; what it answers, and the items that start an execution. */
async function request(
  webhook: 'setup' | 'default',
  { body, signature, query, parameters, credential, mode = 'manual' }: Request,
) {
  const answer: { status?: number; body?: unknown; type?: string } = {};
  const response = {
    status: (status: number) => Object.assign(response, { sent: (answer.status = status) }),
    type: (type: string) => Object.assign(response, { named: (answer.type = type) }),
    send: (text: unknown) => (answer.body = text),
    json: (json: unknown) => (answer.body = json),
  };
  const given: Record<string, unknown> = { pageId: '', subscribe: true, options: {}, ...parameters };
  const context = {
    getCredentials: () =>
      Promise.resolve({ appSecret: store.appSecret, verifyToken: 'made-up-verify-token', ...credential }),
    getWebhookName: () => webhook,
    getQueryData: () => query ?? {},
    getRequestObject: () => ({
      rawBody: body,
      headers: signature === undefined ? {} : { 'x-hub-signature-256': signature },
    }),
    getResponseObject: () => response,
    getNodeParameter: (name: string) => given[name],
    getWorkflow: () => ({ id: '1' }),
    getNode: () => ({ name: 'Meta Lead Ads Trigger' }),
    getMode: () => mode,
    logger: { warn: () => undefined },
  } as unknown as IWebhookFunctions;
  const { workflowData, webhookResponse } = await new MetaLeadAdsTrigger().webhook.call(context);
  return { ...answer, items: workflowData?.[0].map(({ json }) => json), ignored: webhookResponse as unknown };
}

const signed = (text: string, more: Request = {}) => {
  const { body, headers } = signDelivery(text, store.appSecret);
  return request('default', { body: Buffer.from(body), signature: headers['x-hub-signature-256'], ...more });
};

describe('Meta’s question whether the address is right', () => {
  const question = { 'hub.mode': 'subscribe', 'hub.verify_token': 'made-up-verify-token', 'hub.challenge': '115820' };

  test('is answered with its bare challenge', async () => {
    expect(await request('setup', { query: question })).toMatchObject({
      status: 200,
      type: 'text/plain',
      body: '115820',
    });
  });

  test.each([
    [{ 'hub.verify_token': 'other' }, {}, 403],
    [{ 'hub.verify_token': ['made-up-verify-token'] }, {}, 400],
    [{ 'hub.mode': 'else' }, {}, 400],
    [{ 'hub.verify_token': '' }, { verifyToken: '' }, 403],
  ])('is refused with %j and the credential %j', async (change, credential, status) => {
    expect(await request('setup', { query: { ...question, ...change }, credential })).toMatchObject({ status });
  });
});

test('every lead of every entry is an item of its own, once', async () => {
  const leads = [form, form, other].map((id) => store.addLead(id, { email: 'a@example.com' }));
  const { body } = deliveryOf(store, [...leads, leads[0]]);

  const { items } = await signed(body);

  expect(items).toMatchObject([
    { leadgen_id: leads[0].id, page_id: page, form_id: form, ad_id: '600000000000001' },
    { leadgen_id: leads[1].id },
    { leadgen_id: leads[2].id, form_id: other },
  ]);
});

test('deliveries of a moment are answered each and start one execution with every lead once', async () => {
  const leads = [form, form, other].map((id) => store.addLead(id, {}));
  const bodies = [[leads[0]], [leads[2], leads[1]], [leads[0]]].map((some) => deliveryOf(store, some).body);

  const [first, ...others] = await Promise.all(bodies.map((body) => signed(body, { mode: 'webhook' })));

  expect(first.items).toMatchObject([leads[0], leads[2], leads[1]].map(({ id }) => ({ leadgen_id: id })));
  expect([first, ...others].map(({ status }) => status)).toEqual([200, 200, 200]);
  expect(others.map(({ items }) => items)).toEqual([undefined, undefined]);
});

test('a credential that was changed counts after 5 seconds', async () => {
  const { body } = deliveryOf(store, [store.addLead(form, {})]);
  const now = jest.spyOn(Date, 'now');
  const statusWith = async (appSecret: string) =>
    (await signed(body, { mode: 'webhook', credential: { appSecret } })).status;
  const start = Date.now() + 60_000;

  now.mockReturnValue(start);
  expect(await statusWith(store.appSecret)).toBe(200);
  now.mockReturnValue(start + 4_000);
  expect(await statusWith('another-made-up-secret')).toBe(200);
  now.mockReturnValue(start + 6_000);
  expect(await statusWith('another-made-up-secret')).toBe(401);
  now.mockRestore();
});

test('a lead of a page or a form that is not listened to starts nothing', async () => {
  const leads = [form, other].map((id) => store.addLead(id, {}));
  const { body } = deliveryOf(store, leads);

  expect((await signed(body, { parameters: { pageId: page } })).items).toMatchObject([{ leadgen_id: leads[0].id }]);
  expect((await signed(body, { parameters: { options: { formIds: `1, ${other}` } } })).items).toMatchObject([
    { leadgen_id: leads[1].id },
  ]);
  expect(await signed(body, { parameters: { options: { formIds: '1' } } })).toMatchObject({
    items: undefined,
    ignored: { status: 'ignored' },
  });
});

test('ids that are numbers keep all their digits, and escaped letters their signature', async () => {
  const text =
    '{"object":"page","entry":[{"id":101600000000000123,"changes":[{"field":"leadgen","value":{"leadgen_id":98765432109876543,"note":"\\u00e9 12345678901234567"}}]}]}';

  expect((await signed(text)).items).toMatchObject([
    { leadgen_id: '98765432109876543', page_id: '101600000000000123', form_id: null, created_time: null },
  ]);
});

test.each([
  ['another app’s signature', { signature: `sha256=${'0'.repeat(64)}` }, 401],
  ['half a signature', { signature: 'sha256=00' }, 401],
  ['the old signature', { signature: `sha1=${'0'.repeat(40)}` }, 401],
  ['no signature', { signature: undefined }, 401],
  ['a credential without a secret', { credential: { appSecret: ' ' } }, 401],
  ['no body', { body: undefined }, 415],
])('a delivery with %s is refused', async (_what, change, status) => {
  expect(await signed('{"object":"page","entry":[]}', change)).toMatchObject({ status, items: undefined });
});

test('garbage and bodies of more than 10 MB are refused, what is signed but no delivery is ignored', async () => {
  expect(await signed('{"object":')).toMatchObject({ status: 400 });
  expect(await signed(' '.repeat(10_000_001))).toMatchObject({ status: 413 });
  for (const text of ['null', '[]', '{"object":"user","entry":[]}', '{"object":"page","entry":{}}']) {
    expect(await signed(text)).toMatchObject({ items: undefined, ignored: { status: 'ignored' } });
  }
  const strange =
    '{"object":"page","entry":[null,{},{"changes":[null,{},{"field":"leadgen","value":{"leadgen_id":"x"}}]}]}';
  expect(await signed(strange)).toMatchObject({ items: undefined, ignored: { status: 'ignored' } });
});

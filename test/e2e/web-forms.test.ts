import axios from 'axios';
import { createHmac } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { importFromFile } from './support/import-from-file';
import { env, RunningStack } from './support/running-stack';

const HEADER = 'X-Lead-Sync-Secret';
const SECRET = 'a long random value of somebody';
const URL_OF_FORMS = `${env('TEST_N8N_URL')}/webhook/lead-sync-form`;

let stack: RunningStack;
let workflow: string;

interface Answer {
  taken: boolean;
  reason?: string;
}

const JSON_BODY = { 'content-type': 'application/json' };

/** Sends a body as it is written, as somebody who knows the secret unless other headers are given. */
async function post(body: string | object, headers: Record<string, string> = { [HEADER]: SECRET }) {
  const type = typeof body === 'string' ? JSON_BODY : {};
  const { status, data } = await axios.post<Answer>(URL_OF_FORMS, typeof body === 'string' ? Buffer.from(body) : body, {
    headers: { ...type, ...headers },
    proxy: false,
    maxBodyLength: Infinity,
    validateStatus: () => true,
  });
  return { status, data };
}

const TAKEN = { status: 200, data: { taken: true } };
const leads = async () =>
  (await stack.leads()).map(({ first_name, email, attributes }) => ({ first_name, email, attributes }));
const touches = async () => (await stack.database.query('select * from public.lead_touches order by id')).rows;

beforeAll(async () => {
  stack = await RunningStack.open();
  const data = { header: HEADER, secret: SECRET };
  await stack.n8n.importCredentials([{ name: 'Web forms (lead sync)', type: 'leadSyncFormApi', data }]);
  workflow = await importFromFile(stack, 'web-form-intake', (nodes) => {
    const all = JSON.parse(nodes) as Array<{ name: string; disabled?: boolean }>;
    return JSON.stringify(
      all.map((node) => (node.name === 'When a form is sent' ? { ...node, disabled: false } : node)),
    );
  });
  await stack.n8n.publish(workflow);
  // n8n adds the address of a workflow some time after it has published it
  while ((await post('{}', {})).status === 404) await delay(50);
});
beforeEach(() => stack.clear());
afterAll(async () => {
  await stack.n8n.unpublish(workflow);
  await stack.close();
});

describe('the workflow web-form-intake, imported from its file', () => {
  it('takes a form, once however often it comes', async () => {
    const body = JSON.stringify({
      name: 'Ada Lovelace',
      email: 'Ada@example.com',
      consent: true,
      utm_campaign: 'spring',
    });

    expect(await post(body)).toEqual(TAKEN);
    const before = [await leads(), await touches()];
    expect(await post(body)).toEqual(TAKEN);

    expect(before).toEqual([
      [{ first_name: 'Ada', email: 'ada@example.com', attributes: { consent: 'true' } }],
      [expect.objectContaining({ kind: 'form', source: 'form', campaign: 'spring' })],
    ]);
    expect([await leads(), await touches()]).toEqual(before);
  });

  it('takes a list of questions that is signed over the bytes as they were sent', async () => {
    const body =
      ' {"data":{"fields":[{"label":"First name","value":"Zo\\u00eb"},{"label":"E-mail","value":"zoe@example.com"}]}} ';
    const signed = { [HEADER]: createHmac('sha256', SECRET).update(body).digest('base64') };

    expect(await post(body, signed)).toEqual(TAKEN);
    expect((await post(body.replace('zoe', 'eve'), signed)).status).toBe(401);

    expect(await leads()).toEqual([{ first_name: 'Zoë', email: 'zoe@example.com', attributes: {} }]);
  });

  it('takes form fields and uploads', async () => {
    const upload = new FormData();
    upload.append('email', 'grace@example.com');
    upload.append('cv', new Blob(['file']), 'cv.txt');

    expect(
      await post(new URLSearchParams({ 'fields[email]': 'ada@example.com', 'fields[first_name]': 'Ada' })),
    ).toEqual(TAKEN);
    expect(await post(upload)).toEqual(TAKEN);

    expect((await leads()).map(({ email }) => email)).toEqual(['ada@example.com', 'grace@example.com']);
  });

  it('keeps markup as the text that it is', async () => {
    const markup = '<script>alert("1")</script>';

    expect(
      await post(JSON.stringify({ first_name: markup, email: 'ada@example.com', note: `${markup}{{ $json }}` })),
    ).toEqual(TAKEN);

    expect(await leads()).toEqual([
      { first_name: markup, email: 'ada@example.com', attributes: { note: `${markup}{{ $json }}` } },
    ]);
  });

  it('answers a robot as anybody, and takes nothing', async () => {
    expect(await post(JSON.stringify({ email: 'robot@example.com', _gotcha: 'https://example.com' }))).toEqual(TAKEN);
    expect([await leads(), await touches()]).toEqual([[], []]);
  });

  it.each<[string, string, Record<string, string> | undefined, number, RegExp]>([
    ['no secret', '{"email":"ada@example.com"}', {}, 401, /secret or signature is missing or wrong/],
    ['a forged secret', '{"email":"ada@example.com"}', { [HEADER]: 'forged' }, 401, /missing or wrong/],
    [
      'more than it may have',
      JSON.stringify({ email: 'ada@example.com', note: 'x'.repeat(200_000) }),
      undefined,
      413,
      /more than 100000 bytes/,
    ],
    ['nobody to answer', '{"name":"Ada"}', undefined, 422, /no answer is an e-mail address or a phone number/],
    ['no form', '["ada@example.com"]', undefined, 400, /is no form/],
  ])('refuses a form with %s, and says so', async (_what, body, headers, status, reason) => {
    const answer = await post(body, headers);

    expect(answer).toEqual({ status, data: { taken: false, reason: expect.stringMatching(reason) as string } });
    expect([await leads(), await touches()]).toEqual([[], []]);
  });

  it('never sees a form that is larger than n8n takes', async () => {
    const answer = await post(JSON.stringify({ email: 'ada@example.com', note: 'x'.repeat(17 * 1024 ** 2) }));

    expect(answer.status).toBeGreaterThanOrEqual(400);
    expect(await leads()).toEqual([]);
  });

  it('refuses a flood, and goes on taking what came before', async () => {
    await stack.database.query(
      `insert into public.lead_touches (source, external_id, kind, touched_at)
       select 'form', 'flood ' || n, 'form', now() from generate_series(1, 60) as n`,
    );

    const answer = await post('{"email":"ada@example.com","submission_id":"new"}');
    const again = await post('{"email":"ada@example.com","submission_id":"flood 7"}');

    expect(answer).toMatchObject({ status: 429, data: { taken: false } });
    expect(again).toEqual(TAKEN);
    expect(await leads()).toEqual([]);
  });

  it('says that it could not be stored while Supabase does not answer, so that the sender tries again', async () => {
    const body = '{"email":"ada@example.com"}';
    await stack.useCredentials({ supabase: { url: 'http://127.0.0.1:9' } });
    const failed = await post(body);
    await stack.useCredentials({});

    expect(failed.status).toBe(500);
    expect(await post(body)).toEqual(TAKEN);
    expect(await leads()).toHaveLength(1);
  });
});

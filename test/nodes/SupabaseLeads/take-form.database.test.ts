import { createHmac } from 'node:crypto';
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import type { Client } from 'pg';
import { connectDatabase, resetDatabase } from '../../setup/database';
import { runNode, type NodeRun } from './run-node';

const environment = (name: string): string => process.env[name] ?? '';
const HEADER = 'X-Lead-Sync-Secret';
const SECRET = 'a long random value of somebody';

let sql: Client;

beforeAll(async () => {
  sql = await connectDatabase();
});
beforeEach(() => resetDatabase(sql));
afterAll(() => sql.end());

/** What the Webhook node gives, with its option Raw Body. */
function sent(body: unknown, headers: IDataObject = { [HEADER.toLowerCase()]: SECRET }): INodeExecutionData {
  const bytes = Buffer.from(JSON.stringify(body) ?? '');
  return {
    json: { headers, body } as IDataObject,
    binary: { data: { data: bytes.toString('base64'), mimeType: 'application/json' } },
  };
}

async function take(items: INodeExecutionData[], changed: IDataObject = {}, options: Partial<NodeRun> = {}) {
  const bodies = items.map(({ json }) => json.body);
  const output = await runNode({
    host: environment('TEST_SUPABASE_URL'),
    serviceKey: environment('TEST_SUPABASE_SERVICE_KEY'),
    form: { header: HEADER, secret: SECRET },
    parameters: {
      resource: 'lead',
      operation: 'takeForm',
      payload: (index: number) => bodies[index],
      source: 'form',
      checkSecret: true,
      honeypot: '_gotcha',
      perMinute: 60,
      ...changed,
    },
    items,
    ...options,
  });
  return output.map(({ json }) => json);
}

const leads = async () => (await sql.query<IDataObject>('select * from public.leads order by email')).rows;
const touches = async () => (await sql.query<IDataObject>('select * from public.lead_touches order by id')).rows;
const ada = { name: 'Ada Lovelace', email: 'ada@example.com' };
const form = (n: number) => sent({ email: `p${n}@example.com` });

test('a form becomes a lead with its answers, its consent and its touch', async () => {
  const payload = { ...ada, Budget: '10k', consent: true, utm_campaign: 'spring', submission_id: 's-1' };

  const [taken] = await take([sent(payload)]);

  const [lead] = await leads();
  expect(taken).toEqual({ status: 200, answer: { taken: true }, result: 'created', lead_id: lead.id });
  expect(lead).toMatchObject({
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: 'ada@example.com',
    lead_source: 'form',
    attributes: { Budget: '10k', consent: 'true' },
  });
  expect(await touches()).toMatchObject([
    { lead_id: lead.id, source: 'form', external_id: 's-1', kind: 'form', campaign: 'spring', raw: payload },
  ]);
});

test('one that comes again is taken, and changes nothing, even where too many come', async () => {
  await take([sent(ada), sent({ ...ada, city: 'London' })]);
  const before = [await leads(), await touches()];

  const again = await take([sent(ada), sent({ email: ada.email, name: ada.name })], { perMinute: 1 });

  expect(again).toMatchObject([
    { status: 200, result: 'unchanged' },
    { status: 200, result: 'unchanged' },
  ]);
  expect([await leads(), await touches()]).toEqual(before);
});

test('a known person keeps what the form does not say', async () => {
  await take([sent({ ...ada, city: 'London', consent: 'yes' })]);

  const [taken] = await take([sent({ email: 'ADA@example.com', phone: '+44 20 7946 0000', size: '5' })]);

  expect(taken.result).toBe('updated');
  expect(await leads()).toMatchObject([
    { first_name: 'Ada', city: 'London', phone: '+44 20 7946 0000', attributes: { consent: 'yes', size: '5' } },
  ]);
});

const signature = (body: unknown): string => createHmac('sha256', SECRET).update(JSON.stringify(body)).digest('base64');

describe('a form is refused, with the reason, and nothing is stored', () => {
  const secretWrong = { status: 401, answer: { taken: false, reason: 'The secret or signature is missing or wrong.' } };
  test.each<[string, INodeExecutionData, IDataObject]>([
    ['no secret', sent(ada, {}), secretWrong],
    ['a forged secret', sent(ada, { [HEADER.toLowerCase()]: `${SECRET}!` }), secretWrong],
    ['a signature of another body', sent(ada, { [HEADER.toLowerCase()]: signature({}) }), secretWrong],
    [
      'a signature, where the bytes that it is of are not there',
      { json: sent(ada, { [HEADER.toLowerCase()]: signature(ada) }).json },
      secretWrong,
    ],
    [
      'a signature of a file that is uploaded, which is not the form',
      sent(ada, { [HEADER.toLowerCase()]: signature(ada), 'content-type': 'multipart/form-data; boundary=x' }),
      secretWrong,
    ],
    ['more than 100,000 bytes', sent({ ...ada, note: 'x'.repeat(100_000) }), { status: 413 }],
    [
      'more than 100,000 bytes, of an upload',
      { json: sent({ ...ada, note: 'x'.repeat(100_000) }).json },
      { status: 413 },
    ],
    ['no body', sent(undefined), { status: 400 }],
    ['a list', sent([ada]), { status: 400 }],
    ['a text', sent('email=ada'), { status: 400 }],
    ['nobody to answer', sent({ name: 'Ada' }), { status: 422 }],
    ['a NUL character', sent({ ...ada, note: 'a\u0000b' }), { status: 422 }],
  ])('%s', async (_what, item, refused) => {
    const [answer] = await take([item]);

    expect(answer).toMatchObject({ ...refused, result: 'refused', lead_id: null });
    expect(answer.answer).toMatchObject({ taken: false, reason: expect.stringMatching(/\.$/) as string });
    expect([await leads(), await touches()]).toEqual([[], []]);
  });

  test('the database’s own reasons are told, too', async () => {
    await sql.query('update lead_sync.settings set max_lead_bytes = 16384');

    const [answer] = await take([sent({ ...ada, note: [...'abcdefghij'].map((c) => c.repeat(3000)) })]);
    await sql.query('update lead_sync.settings set max_lead_bytes = default');

    expect(answer).toMatchObject({ status: 422, answer: { reason: expect.stringMatching(/at most 16384/) as string } });
  });
});

test('signed forms are taken', async () => {
  const [answer] = await take([sent(ada, { [HEADER.toLowerCase()]: `sha256=${signature(ada)}` })]);

  expect(answer.result).toBe('created');
});

test('a robot is answered as anybody, and leaves nothing', async () => {
  const [robot, human] = await take([
    sent({ email: 'robot@example.com', _gotcha: 'x' }),
    sent({ ...ada, _gotcha: '' }),
  ]);

  expect([robot.status, robot.answer]).toEqual([human.status, human.answer]);
  expect([robot.result, human.result]).toEqual(['robot', 'created']);
  expect((await leads()).map(({ email }) => email)).toEqual(['ada@example.com']);
});

test('too many new forms of a source within a minute are to come again later; other sources are not held up', async () => {
  const answers = await take([form(1), form(2), form(3)], { perMinute: 2 });
  const [other] = await take([form(4)], { perMinute: 2, source: 'second site' });
  await sql.query("update public.lead_touches set created_at = created_at - interval '1 minute'");
  const [later] = await take([form(3)], { perMinute: 2 });

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 429]);
  expect([other.status, later.status]).toEqual([200, 200]);
});

test('forms that come at once are counted one after another', async () => {
  const answers = await Promise.all(Array.from({ length: 8 }, (_, n) => take([form(n)], { perMinute: 3 })));

  expect(answers.flat().filter(({ status }) => status === 200)).toHaveLength(3);
  expect(await leads()).toHaveLength(3);
});

test('a flow of one’s own takes forms without a secret', async () => {
  const [answer] = await take([{ json: { body: ada } }], { checkSecret: false }, { form: undefined });

  expect(answer.result).toBe('created');
});

test('a form that cannot be stored comes out as an error, and says what becomes of it', async () => {
  const [answer] = await take([sent(ada)], {}, { serviceKey: 'sb_secret_wrong', continueOnFail: true });

  expect(answer).toMatchObject({
    error: expect.stringMatching(/does not accept the service key/) as string,
    details: { next_step: expect.stringMatching(/sends the form again/) as string },
  });
});

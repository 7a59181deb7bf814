import axios from 'axios';
import type { INode } from 'n8n-workflow';
import { CHANNELS, startDueListener, type DueListener } from '../../stack/due-listener';
import { importInstantPushCredential } from '../../stack/instant-push';
import { CHAT_ID, startTelegramDouble, type TelegramDouble } from '../workflows/telegram-double';
import { withTelegram } from '../workflows/telling';
import { importFromFile } from './support/import-from-file';
import { env, RunningStack } from './support/running-stack';
import { until } from './support/until';

const HEADER = 'X-Lead-Sync-Secret';
const SECRET = 'a long random value of somebody';
const N8N = env('TEST_N8N_URL');

let stack: RunningStack;
let telegram: TelegramDouble;
let listener: DueListener;
const published: string[] = [];
let speedToLead: string;

/** Imports a bundled workflow from its file, with some nodes switched on or off, and publishes it. */
async function turnOn(file: string, switches: Record<string, boolean>, edit?: typeof withTelegram): Promise<string> {
  const id = await importFromFile(stack, file, (text) => {
    const nodes = JSON.parse(text) as INode[];
    for (const node of nodes) if (node.name in switches) node.disabled = !switches[node.name];
    edit?.((name) => nodes.find((node) => node.name === name)!, nodes);
    return JSON.stringify(nodes);
  });
  await stack.n8n.publish(id);
  published.push(id);
  return id;
}

async function post(path: string, body: object): Promise<number> {
  const options = { headers: { [HEADER]: SECRET }, proxy: false, validateStatus: () => true } as const;
  return (await axios.post(`${N8N}/webhook/${path}`, body, options)).status;
}

const records = async (object: string) =>
  (
    await axios.get<Array<Record<string, unknown>>>(`${env('TEST_TWENTY_URL')}/__double/records/${object}`, {
      proxy: false,
    })
  ).data;

beforeAll(async () => {
  stack = await RunningStack.open();
  telegram = await startTelegramDouble();
  await stack.n8n.importCredentials([
    { name: 'Telegram account', type: 'telegramApi', data: { accessToken: '123456:test', baseUrl: telegram.url } },
    { name: 'Web forms (lead sync)', type: 'leadSyncFormApi', data: { header: HEADER, secret: SECRET } },
  ]);
  const secret = await importInstantPushCredential(stack.n8n);
  await turnOn('web-form-intake', { 'When a form is sent': true });
  speedToLead = await turnOn(
    'lead-sync-speed-to-lead',
    { 'When leads arrive': true, 'Every minute': false },
    withTelegram,
  );
  for (const path of ['lead-sync-form', 'lead-sync-arrivals'])
    await until(`The address ${path}`, async () => (await post(path, {})) !== 404);
  await stack.clear();
  listener = await startDueListener({
    databaseUrl: env('TEST_DATABASE_URL'),
    channel: CHANNELS.arrivals,
    url: `${N8N}/webhook/lead-sync-arrivals`,
    secret,
  });
});
afterAll(async () => {
  await listener.stop();
  for (const id of published) await stack.n8n.unpublish(id);
  await telegram.close();
  await stack.close();
});

test('a lead of a form is told at once, assigned, on the list of its sales rep in Twenty, and escalated when nobody responds', async () => {
  const { data } = await axios.post<{ ids: Record<string, string[]> }>(
    `${env('TEST_TWENTY_URL')}/__double/seed`,
    { workspaceMember: [{ name: { firstName: 'Ann', lastName: 'Rep' } }] },
    { proxy: false },
  );
  const [ann] = data.ids.workspaceMember;
  await stack.database.query('insert into public.sales_reps (member_id, name) values ($1, $2)', [ann, 'Ann']);
  await stack.database.query('select public.enable_instant_push()');
  const texts = (): string[] => telegram.messages.map(({ text }) => text);

  expect(
    await post('lead-sync-form', { name: '<b>Ada</b> Lovelace', email: 'ada@example.com', phone: '+4930123456' }),
  ).toBe(200);

  await until('The message of the lead', () => texts().length > 0);
  expect(telegram.messages).toMatchObject([{ chat_id: CHAT_ID, parse_mode: 'HTML' }]);
  expect(texts()[0]).toMatch(
    /^🟢 <b>1 new lead<\/b>\n• <b>&lt;b&gt;Ada&lt;\/b&gt; Lovelace<\/b>\n {2}form · .*for <b>Ann<\/b>\n {2}<a href="tel:\+4930123456">/,
  );

  expect((await stack.run('push')).status).toBe('success');
  expect((await stack.runWorkflow(speedToLead)).status).toBe('success');
  expect(await records('task')).toMatchObject([{ assigneeId: ann, status: 'TODO' }]);
  expect(await records('taskTarget')).toMatchObject([{ targetPersonId: [...(await stack.people()).values()][0].id }]);

  await stack.database.query(`update public.lead_assignments set arrived_at = arrived_at - interval '16 minutes'`);
  for (let again = 0; again < 2; again++) expect((await stack.runWorkflow(speedToLead)).status).toBe('success');
  expect(texts().slice(1)).toEqual([
    expect.stringMatching(/^🔴 <b>1 lead without a response<\/b>[^]*waiting for 16 min/),
  ]);
  const { rows } = await stack.database.query<{ speed: object }>(
    `select public.get_speed_to_lead(now() - interval '1 hour', now() + interval '1 second') as speed`,
  );
  expect(rows[0].speed).toMatchObject({
    touches: 1,
    unassigned: 0,
    untouched: 1,
    sources: [{ source: 'form', new_leads: 1, to_twenty: { p50: expect.any(Number) as number } }],
  });
});

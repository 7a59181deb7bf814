import axios from 'axios';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { startKnowlarity, type Knowlarity } from '../../stack/knowlarity';
import { sendPush, type Manner, type StoredCall } from '../../stand-ins/knowlarity';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

let stack: RunningStack;
let knowlarity: Knowlarity;

beforeAll(async () => {
  stack = await RunningStack.open();
  knowlarity = await startKnowlarity(stack.n8n, { schedules: false });
});
afterAll(async () => {
  await stack.n8n.unpublish(knowlarity.workflowId);
  await knowlarity.stop();
  await stack.close();
});

const customer = (n: number): string => `+91981${String(n).padStart(7, '0')}`;
const push = async (call: StoredCall, manner?: Manner): Promise<number> =>
  await sendPush(knowlarity.hook.address, call, { manner, secret: knowlarity.hook.secret });
const poll = async (): Promise<string> =>
  (await stack.n8n.runWorkflow(knowlarity.workflowId, { timeoutMs: 60_000 })).status;

async function touches(): Promise<Array<Record<string, unknown>>> {
  const { rows } = await stack.database.query<Record<string, unknown>>(
    `select t.external_id, t.outcome, t.duration_seconds::integer as seconds, t.lead_id, l.phone
     from public.lead_touches as t join public.leads as l on l.id = t.lead_id
     where t.source = 'knowlarity' order by t.external_id`,
  );
  return rows;
}

test('a push of any kind has the call read, a repeat changes nothing, and what is forged or too large is refused', async () => {
  const { store } = knowlarity.api;
  const manners: Manner[] = ['form', 'query', 'json', 'nested'];
  for (const [n, manner] of manners.entries()) {
    const call = store.addCall(customer(n));
    expect(await push(call, manner)).toBe(200);
    await until(`The call of ${manner}`, async () => (await touches()).length === n + 1);
  }

  const [call] = store.calls.values();
  expect(await Promise.all([push(call), push(call), push(call, 'query')])).toEqual([200, 200, 200]);
  const forged = { ...call, uuid: 'forged', customer_number: customer(999) };
  expect(await sendPush(knowlarity.hook.address, forged, { secret: null })).toBe(401);
  expect(await sendPush(knowlarity.hook.address, forged, { secret: 'another-made-up-secret' })).toBe(401);
  expect(await push({ ...forged, business_call_type: 'x'.repeat(200_000) })).toBe(413);
  expect(await push(forged)).toBe(200); // who knows the secret has the log read, which does not know the call
  await until('The reading of all pushes', () => knowlarity.api.queries.length >= manners.length + 4);

  expect(await poll()).toBe('success');
  expect(await touches()).toEqual(
    [...store.calls.values()].map(({ uuid, customer_number: phone }) =>
      expect.objectContaining({ external_id: uuid, phone, outcome: 'answered', seconds: 65 }),
    ),
  );
});

test('after an outage one poll brings all 100 calls, those of known numbers to their leads, and the end of a call in progress', async () => {
  const { store } = knowlarity.api;
  const known = (await touches()).length;
  const inProgress = store.addCall(customer(100), { agent_number: '', call_duration: 0 });
  expect(await poll()).toBe('success');
  store.change(inProgress.uuid, { agent_number: '+919800000002', call_duration: 321 });
  for (let n = 101; n < 200; n++) store.addCall(customer(n));
  store.addCall(customer(101).slice(1), { call_duration: 7 });
  await stack.addLeads({ email: 'ada@example.com', phone: customer(199) });

  expect(await poll()).toBe('success');
  const all = await touches();
  expect(all).toHaveLength(known + 101);
  expect(all).toContainEqual(
    expect.objectContaining({ external_id: inProgress.uuid, outcome: 'answered', seconds: 321 }),
  );
  const ofOne = all.filter(({ phone }) => phone === customer(101)).map(({ lead_id }) => lead_id);
  expect(ofOne).toEqual([ofOne[0], ofOne[0]]);
  const ada = (await stack.leads()).filter(({ phone }) => phone === customer(199));
  expect(ada).toMatchObject([{ email: 'ada@example.com' }]);
});

test('a missed call makes one task to call back', async () => {
  await stack.database.query("update public.follow_up_rules set enabled = true where rule_key = 'missed_call'");
  knowlarity.api.store.addMissedCall(customer(300));
  const followUps = (await bundledWorkflows()).get('lead-sync-follow-ups')?.id ?? '';

  expect(await poll()).toBe('success');
  expect((await stack.run('push')).status).toBe('success');
  for (let n = 0; n < 2; n++) expect((await stack.runWorkflow(followUps)).status).toBe('success');

  const { data } = await axios.get<unknown>(`${stack.twenty.url}/__double/records/task`, { proxy: false });
  expect(data).toMatchObject([{ title: `Call ${customer(300)} back`, status: 'TODO' }]);
});

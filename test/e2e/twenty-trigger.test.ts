import axios, { type AxiosResponse } from 'axios';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { signDelivery } from '../../stand-ins/twenty';
import type { Execution } from '../../stack/n8n-client';
import { env, RunningStack } from './support/running-stack';
import { twenty } from './support/twenty';

const WORKFLOW = 'twentyTriggerE2e';
const TRIGGER = 'Twenty Trigger';
const SECONDS_TO_WAIT = 60;

interface Webhook {
  id: string;
  targetUrl: string;
  operations: string[];
  secret: string;
}

let stack: RunningStack;

/** Asks again until there is an answer, at most a minute: n8n publishes, executes and unpublishes in its own time. */
async function eventually<T>(ask: () => Promise<T | undefined>): Promise<T> {
  for (let tries = 0; tries < SECONDS_TO_WAIT * 4; tries++) {
    const answer = await ask();
    if (answer !== undefined) return answer;
    await delay(250);
  }
  throw new Error(`It did not happen within ${SECONDS_TO_WAIT} s.`);
}

const webhooks = async (): Promise<Webhook[]> =>
  (await twenty.get<Webhook[]>('/webhooks')).data.filter(({ targetUrl }) => targetUrl.startsWith(stack.n8n.url));

async function storeWorkflow(parameters: object): Promise<void> {
  const trigger = {
    id: randomUUID(),
    name: TRIGGER,
    type: 'n8n-nodes-lead-sync.twentyTrigger',
    typeVersion: 2,
    position: [0, 0],
    webhookId: randomUUID(),
    parameters,
    credentials: { leadSyncTwentyApi: { name: 'Twenty account (lead sync)' } },
  };
  const nothing = {
    id: randomUUID(),
    name: 'Nothing',
    type: 'n8n-nodes-base.noOp',
    typeVersion: 1,
    position: [256, 0],
    parameters: {},
  };
  await stack.n8n.importWorkflows([
    {
      id: WORKFLOW,
      name: 'Trigger under test',
      nodes: [trigger, nothing],
      connections: { [TRIGGER]: { main: [[{ node: 'Nothing', type: 'main', index: 0 }]] } },
    },
  ]);
}

/** The items of each execution that has ended, oldest first. */
async function executions(): Promise<Array<Array<Record<string, unknown>>>> {
  const ended = (await stack.n8n.executions(WORKFLOW)).filter(({ status }) => status === 'success').reverse();
  const full: Execution[] = [];
  for (const { id } of ended) full.push(await stack.n8n.execution(id));
  return full.map(({ data }) => {
    const items = data?.resultData.runData[TRIGGER]?.[0].data?.main?.[0] ?? [];
    return items.map(({ json }) => json);
  });
}

/** Waits for executions with this many items in all. */
const items = async (count: number): Promise<Array<Record<string, unknown>>> =>
  await eventually(async () => {
    const all = (await executions()).flat();
    return all.length >= count ? all : undefined;
  });

async function deliver({ targetUrl, secret }: Webhook, body: object, change: object = {}): Promise<AxiosResponse> {
  const raw = JSON.stringify(body);
  const timestamp = String(Date.now());
  return await axios.post(targetUrl, raw, {
    headers: {
      'content-type': 'application/json',
      'x-twenty-webhook-timestamp': timestamp,
      'x-twenty-webhook-signature': signDelivery(secret, timestamp, raw),
      ...change,
    },
    proxy: false,
    validateStatus: () => true,
  });
}

beforeAll(async () => {
  stack = await RunningStack.open();
});
afterAll(() => stack.close());

test('a published Twenty Trigger runs the workflow when a person is edited, and takes its webhook away again', async () => {
  const { data } = await twenty.post<{ data: { createPerson: { id: string } } }>('/people', { jobTitle: 'Before' });
  const { id } = data.data.createPerson;
  await storeWorkflow({ objects: ['person'], events: ['updated'], options: {} });
  await stack.n8n.publish(WORKFLOW);
  const webhook = await eventually(async () => (await webhooks())[0]);
  expect(webhook.operations).toEqual(['person.updated']);

  await twenty.patch(`/people/${id}`, { jobTitle: 'After' });
  expect(await items(1)).toMatchObject([
    { event: 'person.updated', record_id: id, changed_fields: ['jobTitle'], actor: { type: 'key' } },
  ]);

  const event = (recordId: string) => ({ eventName: 'person.updated', record: { id: recordId } });
  const forged = await deliver(webhook, event('forged'), { 'x-twenty-webhook-signature': '0'.repeat(64) });
  expect([forged.status, forged.data]).toEqual([401, { error: 'the signature is wrong' }]);
  expect((await axios.get(webhook.targetUrl, { proxy: false, validateStatus: () => true })).status).toBe(404);

  const ids = Array.from({ length: 200 }, (_, n) => `burst-${n}`);
  const answers = await Promise.all(ids.map((recordId) => deliver(webhook, event(recordId))));
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const all = await items(1 + ids.length);
  expect(all.map(({ record_id }) => record_id).sort()).toEqual([id, ...ids].sort());
  expect((await executions()).length).toBeLessThan(ids.length / 4);

  await stack.n8n.unpublish(WORKFLOW);
  await eventually(async () => ((await webhooks()).length === 0 ? true : undefined));
});

test('listening for a test event with Send Test Event proves that events arrive, and leaves nothing behind', async () => {
  const known = (await executions()).length;
  await storeWorkflow({ objects: ['person'], events: ['*'], options: { sendTestEvent: true } });

  await stack.n8n.request('post', `/workflows/${WORKFLOW}/run`, { triggerToStartFrom: { name: TRIGGER } });

  const event = await eventually(async () => (await executions())[known]?.[0]);
  expect(event).toMatchObject({ event: 'note.created', object: 'note' });
  await eventually(async () => ((await webhooks()).length === 0 ? true : undefined));
  const notes = await axios.get(`${env('TEST_TWENTY_URL')}/__double/records/notes`, { proxy: false });
  expect(notes.data).toEqual([]);
});

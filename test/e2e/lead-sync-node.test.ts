import axios from 'axios';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { setLeadSync } from '../../stack/workflows';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

const PULL = 'twenty-to-supabase-lead-sync';
const PUSH = 'supabase-to-twenty-lead-sync';
const LEADS = 12;

let stack: RunningStack;

beforeAll(async () => {
  stack = await RunningStack.open();
});
beforeEach(() => stack.clear());
afterEach(() => setLatency(0));
afterAll(() => stack.close());

async function setLatency(latencyMs: number): Promise<void> {
  await axios.post(`${stack.twenty.url}/__double/settings`, { latencyMs }, { proxy: false });
}

async function idOf(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  return workflow.id;
}

const runs = async () => {
  const { rows } = await stack.database.query<{ status: string; resumed: boolean; figures: Record<string, number> }>(
    'select status, resumed, figures from public.lead_sync_runs order by started_at',
  );
  return rows;
};
const isStopped = async (): Promise<boolean> => (await runs())[0]?.status === 'stopped';

const addPeople = () =>
  stack.addPeople(
    ...Array.from({ length: LEADS }, (_, n) => ({
      name: { firstName: `P${n}` },
      emails: { primaryEmail: `p${n}@example.com` },
    })),
  );

test('an execution that is stopped in n8n ends after the page in hand, and the next run goes on', async () => {
  await addPeople();
  await setLeadSync(stack.n8n, PULL, { pageSize: 2 });
  await setLatency(1_000);
  const execution = await stack.n8n.startWorkflow(await idOf(PULL));
  await until('A merged page', async () => ((await runs())[0]?.figures.pages ?? 0) > 0);

  await stack.n8n.stopExecution(execution);

  expect((await stack.n8n.waitForExecution(execution)).status).toBe('canceled');
  await until('A stopped run', isStopped);
  const read = (await runs())[0].figures.read;
  expect(read).toBeLessThan(LEADS);
  await setLatency(0);
  await stack.run('pull');
  expect((await runs())[1]).toMatchObject({ status: 'succeeded', resumed: true, figures: { read: LEADS - read } });
  expect(await stack.leads()).toHaveLength(LEADS);
});

test('an execution that runs into the workflow’s timeout settles what it has written, and the next run sends the rest', async () => {
  const emails = Array.from({ length: LEADS }, (_, n) => ({ email: `l${n}@example.com`, first_name: `L${n}` }));
  await stack.addLeads(...emails);
  const id = await idOf(PUSH);
  await setLeadSync(stack.n8n, PUSH, { batchSize: 2 });
  const settings = { executionOrder: 'v1', executionTimeout: 4 };
  await stack.n8n.request('patch', `/workflows/${id}?forceSave=true`, { settings });
  await setLatency(1_000);

  const execution = await stack.n8n.startWorkflow(id);
  const { status } = await stack.n8n.waitForExecution(execution);

  expect(status).not.toBe('success');
  await until('A stopped run', isStopped);
  const written = (await stack.people()).size;
  const synced = (await stack.leads()).filter(({ sync_status }) => sync_status === 'synced').length;
  expect(written).toBeLessThan(LEADS);
  expect(synced).toBe(written);
  await setLatency(0);
  await stack.database.query('update lead_sync.lead_states set due_at = now() where due_at is not null');
  await stack.n8n.request('patch', `/workflows/${id}?forceSave=true`, {
    settings: { executionOrder: 'v1', executionTimeout: -1 },
  });
  await stack.run('push');
  expect((await stack.people()).size).toBe(LEADS);
});

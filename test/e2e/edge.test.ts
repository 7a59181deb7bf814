import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import axios from 'axios';
import { bundledWorkflows, EDGE } from '../../cli/n8n/bundle';
import { CloudflareApi, D1 } from '../../stand-ins/cloudflare';
import { CHANNELS, startDueListener } from '../../stack/due-listener';
import { env, RunningStack } from './support/running-stack';

const SECRET = 'what-the-worker-and-n8n-know';
const HOOK = 'When rows are due';

let stack: RunningStack;
let d1: D1;
let api: CloudflareApi;
const ids: Record<string, string> = {};

beforeAll(async () => {
  stack = await RunningStack.open();
  d1 = await D1.open();
  await d1.apply(readFileSync('edge/migrations/0001_edge.sql', 'utf8'));
  api = new CloudflareApi(d1);
  const baseUrl = await api.listen();
  const { account: accountId, database: databaseId, token: apiToken } = api.access;
  await stack.n8n.importCredentials([
    {
      name: 'Cloudflare D1 account (lead sync)',
      type: 'leadSyncCloudflareD1Api',
      data: { baseUrl, accountId, databaseId, apiToken },
    },
    {
      name: 'Edge webhook (lead sync)',
      type: 'httpHeaderAuth',
      data: { name: 'X-Lead-Sync-Secret', value: SECRET },
    },
  ]);
  await stack.database.query('select public.enable_outreach()');
  await stack.database.query('select public.enable_edge()');
  for (const file of EDGE) ids[file] = await importFromFile(file);
});
afterAll(async () => {
  for (const id of Object.values(ids)) {
    await stack.n8n.unpublish(id);
    await stack.n8n.request('post', `/workflows/${id}/archive`, {});
    await stack.n8n.request('delete', `/workflows/${id}`);
  }
  await stack.database.query('select public.disable_edge()');
  await stack.database.query('drop table public.email_events, public.emails, public.campaigns, public.mailboxes');
  await stack.close();
  await api.close();
  await d1.close();
});

/** What the editor's "Import from file" and a first save make of a file, with the webhook turned on. */
async function importFromFile(file: string): Promise<string> {
  const workflow = (await bundledWorkflows()).get(file);
  if (!workflow) throw new Error(`workflows/${file}.json is missing.`);
  const nodes = workflow.nodes.map((node) => ({
    ...node,
    disabled: node.name === HOOK ? false : node.disabled,
    credentials: Object.fromEntries(
      Object.entries(node.credentials ?? {}).map(([type, { name }]) => [type, { id: null, name }]),
    ),
  }));
  const { name, connections, settings } = workflow;
  const { id } = await stack.n8n.request<{ id: string }>('post', '/workflows', { name, nodes, connections, settings });
  return id;
}

const edgeRuns = async () => {
  const { rows } = await stack.database.query<{ direction: string; mode: string; trigger: string; status: string }>(
    'select direction, mode, trigger, status from lead_sync.edge_runs order by started_at',
  );
  return rows.map(({ direction, mode, trigger, status }) => [direction, mode, trigger, status].join(' '));
};
const replica = () => d1.rows('select first_name from prospects order by first_name');

test('the workflows of the edge replica, imported from their files, sync down and up and check', async () => {
  await stack.addLeads(
    { email: 'ada@example.com', first_name: 'Ada' },
    { email: 'grace@example.com', first_name: 'Grace' },
  );
  await d1.rows("insert into emails (id, recipient, sent_at) values ('e1', 'ada@example.com', '2026-01-01T00:00:00Z')");

  const outcomes = [];
  for (const file of ['supabase-to-d1-sync', 'd1-to-supabase-sync', 'd1-consistency-check'])
    outcomes.push(await stack.runWorkflow(ids[file]));

  expect(outcomes.map(({ status, error }) => [status, error])).toEqual(Array(3).fill(['success', '']));
  expect(await replica()).toEqual([{ first_name: 'Ada' }, { first_name: 'Grace' }]);
  const { rows } = await stack.database.query('select id, status from public.emails');
  expect(rows).toEqual([{ id: 'e1', status: 'sent' }]);
  expect(await edgeRuns()).toEqual([
    'down rebuild manual succeeded',
    'up changes manual succeeded',
    'down check manual succeeded',
    'up check manual succeeded',
  ]);
});

test('a call of the Worker starts what it asks for, and one without the secret nothing', async () => {
  await stack.addLeads({ email: 'cy@example.com', first_name: 'Cy' });
  await stack.n8n.publish(ids['supabase-to-d1-sync']);
  const call = async (secret: string) =>
    await axios.post(
      `${stack.n8n.url}/webhook/lead-sync-edge-down`,
      { table: null, mode: 'rebuild' },
      { headers: { 'x-lead-sync-secret': secret }, proxy: false, validateStatus: () => true },
    );
  const before = (await edgeRuns()).length;

  const refused = await call('another');
  const taken = await call(SECRET);

  expect([refused.status, taken.status]).toEqual([403, 200]);
  while (!(await edgeRuns()).slice(before).includes('down rebuild webhook succeeded')) await delay(100);
  expect((await replica()).map(({ first_name: name }) => name)).toContain('Cy');
});

test('a change calls for a sync at once where instant pushes are on', async () => {
  await stack.n8n.publish(ids['supabase-to-d1-sync']);
  await stack.database.query('select public.enable_instant_push()');
  const listener = await startDueListener({
    databaseUrl: env('TEST_DATABASE_URL'),
    channel: CHANNELS.edge,
    url: `${stack.n8n.url}/webhook/lead-sync-edge-down`,
    secret: SECRET,
  });

  await stack.addLeads({ email: 'di@example.com', first_name: 'Di' });

  while (!(await replica()).some(({ first_name: name }) => name === 'Di')) await delay(100);
  expect((await edgeRuns()).at(-1)).toMatch(/^down changes webhook/);
  await listener.stop();
});

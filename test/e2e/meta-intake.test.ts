import axios from 'axios';
import { bundledWorkflows } from '../../cli/n8n/bundle';
import { deliveryOf, MetaApi, signDelivery, type Delivery } from '../../stand-ins/meta';
import { withStarters } from '../../stack/workflows';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

const api = new MetaApi();
let stack: RunningStack;
let workflowId: string;
let form: string;

beforeAll(async () => {
  stack = await RunningStack.open();
  const baseUrl = await api.listen();
  const page = api.store.addPage('Our page');
  form = api.store.addForm(page, 'Newsletter');
  const { appId, appSecret, token } = api.store;
  const data = { baseUrl, version: 'v26.0', appId, appSecret, accessToken: token, verifyToken: 'made-up-verify-token' };
  await stack.n8n.importCredentials([
    { name: 'Meta Lead Ads account (lead sync)', type: 'leadSyncMetaLeadAdsApi', data },
  ]);
  const bundled = (await bundledWorkflows()).get('meta-lead-intake');
  if (!bundled) throw new Error('workflows/meta-lead-intake.json is missing.');
  workflowId = bundled.id;
  const workflow = withStarters(bundled, { schedules: false });
  const pageId = { __rl: true, mode: 'id', value: page };
  const nodes = workflow.nodes.map((node) =>
    node.parameters && 'pageId' in node.parameters ? { ...node, parameters: { ...node.parameters, pageId } } : node,
  );
  await stack.n8n.importWorkflows([{ ...workflow, nodes }]);
});
afterAll(async () => {
  await api.close();
  await stack.close();
});

const deliver = async ({ body, headers }: Delivery): Promise<number> => {
  const url = api.graph.subscription?.callback_url ?? '';
  return (await axios.post(url, body, { headers, proxy: false, validateStatus: () => true })).status;
};
const makeLead = (n: number) => api.store.addLead(form, { email: `lead${n}@example.com`, full_name: `Ada ${n}` });
const emails = async (): Promise<Array<string | null>> => (await stack.leads()).map(({ email }) => email).sort();

test('deliveries in any order and more than once give each lead once; what was never delivered, the poll finds', async () => {
  await stack.n8n.publish(workflowId);
  await until('The subscription', () => Promise.resolve(api.graph.subscription !== null));
  expect(api.graph.subscription).toMatchObject({ fields: ['leadgen'] });

  const named = [1, 2, 3, 4, 5, 6].map(makeLead);
  const [a, b, c, d, e, f] = named;
  const deliveries = [[f, a], [c], [a, b, c], [e, d], [f], [b, a]].map((leads) => deliveryOf(api.store, leads));
  expect(await Promise.all(deliveries.map(deliver))).toEqual(deliveries.map(() => 200));
  await until('All delivered leads', async () => (await stack.leads()).length >= named.length);
  expect(await deliver(deliveries[2])).toBe(200);
  expect(await deliver(signDelivery(deliveries[0].body, 'another-made-up-secret'))).toBe(401);

  const lost = [7, 8].map(makeLead);
  const { status } = await stack.n8n.runWorkflow(workflowId, { timeoutMs: 60_000 });
  expect(status).toBe('success');

  expect(await emails()).toEqual([...named, ...lost].map(({ field_data }) => field_data[0].values[0]).sort());
  const { rows } = await stack.database.query<{ form: string }>(
    "select form from public.lead_touches where source = 'meta'",
  );
  expect(rows).toEqual([...named, ...lost].map(() => ({ form: 'Newsletter' })));

  await stack.n8n.unpublish(workflowId);
  await until('The end of the subscription', () => Promise.resolve(api.graph.subscription === null));
});

import { startMeta, type Meta } from '../../stack/meta';
import { deliveryOf, sendDelivery, signDelivery, type Delivery } from '../../stand-ins/meta';
import { RunningStack } from './support/running-stack';
import { until } from './support/until';

let stack: RunningStack;
let meta: Meta;

beforeAll(async () => {
  stack = await RunningStack.open();
  meta = await startMeta(stack.n8n, { schedules: false });
});
afterAll(async () => {
  await meta.stop();
  await stack.close();
});

const deliver = async (delivery: Delivery): Promise<number> =>
  await sendDelivery(meta.api.graph.subscription?.callback_url ?? '', delivery);
const makeLead = (n: number) =>
  meta.api.store.addLead(meta.formId, { email: `lead${n}@example.com`, full_name: `Ada ${n}` });
const emails = async (): Promise<Array<string | null>> => (await stack.leads()).map(({ email }) => email).sort();

test('deliveries in any order and more than once give each lead once; what was never delivered, the poll finds', async () => {
  const { api, workflowId } = meta;
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

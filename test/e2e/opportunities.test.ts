import { importFromFile } from './support/import-from-file';
import { RunningStack } from './support/running-stack';
import { twenty } from './support/twenty';
import { until } from './support/until';

let stack: RunningStack;
let workflow: string;

beforeAll(async () => {
  stack = await RunningStack.open();
  await stack.clear();
  workflow = await importFromFile(stack, 'opportunity-sync');
});
afterAll(async () => {
  await stack.n8n.unpublish(workflow);
  await stack.close();
});

interface Deal {
  id: string;
  name: string;
  stage: string;
  amount: { amountMicros: number | null; currencyCode: string | null };
  pointOfContactId: string | null;
}

/** The deal of that name in Twenty; undefined when there is none. */
async function there(name: string): Promise<Deal | undefined> {
  const { data } = await twenty.get<{ data: { opportunities: Deal[] } }>('/opportunities');
  return data.data.opportunities.find((deal) => deal.name === name);
}

/** The deal of that name in Supabase. */
async function here(name: string): Promise<Record<string, unknown> | undefined> {
  const { rows } = await stack.database.query<Record<string, unknown>>(
    'select * from public.opportunities where name = $1',
    [name],
  );
  return rows[0];
}

/** What *Lead Sync › Preview* says of opportunities. */
async function preview(): Promise<unknown> {
  const id = await importFromFile(stack, 'opportunity-sync', (nodes) =>
    nodes.replace(/"operation":"(pull|push)"/g, '"operation":"preview"'),
  );
  const { status, data } = await stack.n8n.runWorkflow(id, { timeoutMs: 60_000 });
  expect(status).toBe('success');
  return data?.resultData.runData['Push opportunities'][0].data?.main?.[0]?.[0]?.json;
}

async function sync(): Promise<void> {
  expect(await stack.runWorkflow(workflow)).toMatchObject({ status: 'success' });
}

test('an opportunity made in each system arrives in the other, and a stage that is moved on each side', async () => {
  await twenty.post('/opportunities', { name: 'There', amount: { amountMicros: 99_990_000, currencyCode: 'EUR' } });
  await stack.database.query(
    "insert into public.opportunities (external_id, name, amount, currency) values ('order 1', 'Here', 1234.56, 'USD')",
  );

  await sync();
  expect(await here('There')).toMatchObject({ amount: '99.99', currency: 'EUR', stage: 'NEW', sync_status: 'synced' });
  expect(await there('Here')).toMatchObject({
    id: (await here('Here'))?.id,
    amount: { amountMicros: 1_234_560_000, currencyCode: 'USD' },
  });

  await twenty.patch(`/opportunities/${(await there('There'))?.id}`, { stage: 'MEETING' });
  await stack.database.query("update public.opportunities set stage = 'PROPOSAL' where name = 'Here'");
  await sync();
  expect(await here('There')).toMatchObject({ stage: 'MEETING' });
  expect(await there('Here')).toMatchObject({ stage: 'PROPOSAL' });
});

test('a preview of opportunities says what their next sync would do, and writes nothing', async () => {
  await stack.database.query("insert into public.opportunities (name, stage) values ('Only previewed', 'MEETING')");

  expect(await preview()).toMatchObject({
    twenty: { created: 1 },
    examples: [{ kind: 'created', side: 'twenty', supabase: { name: 'Only previewed', stage: 'MEETING' } }],
  });
  expect(await there('Only previewed')).toBeUndefined();
  expect(await here('Only previewed')).toMatchObject({ sync_status: 'pending' });
  await stack.database.query("delete from public.opportunities where name = 'Only previewed'");
});

test('a deal of a lead that is not in Twenty yet goes there after its lead', async () => {
  await stack.addLeads({ email: 'ada@example.com' });
  await stack.database.query(
    "insert into public.opportunities (name, lead_id) select 'Of Ada', id from public.leads where email = 'ada@example.com'",
  );

  expect(await preview()).toMatchObject({
    twenty: { waits_for_lead: { due: 1, not_due: 0 } },
    warnings: [expect.stringContaining('1 row waits for a lead that is not in Twenty yet')],
  });

  await sync();
  expect(await there('Of Ada')).toBeUndefined();

  expect((await stack.run('push')).status).toBe('success');
  await sync();
  expect(await there('Of Ada')).toMatchObject({ pointOfContactId: (await stack.people()).get('ada@example.com')?.id });
});

test('once it is published, a change in Twenty is here by its webhook alone', async () => {
  await stack.n8n.publish(workflow);
  await until('The webhook in Twenty', async () => (await twenty.get<unknown[]>('/webhooks')).data.length > 0);

  await twenty.patch(`/opportunities/${(await there('There'))?.id}`, { stage: 'CUSTOMER' });

  await until('The stage', async () => (await here('There'))?.stage === 'CUSTOMER');
});

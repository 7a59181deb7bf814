import { drain } from '../../../../nodes/LeadSync/loops/drain';
import { pull } from '../../../../nodes/LeadSync/loops/pull';
import { push } from '../../../../nodes/LeadSync/loops/push';
import { reconcile } from '../../../../nodes/LeadSync/loops/reconcile';
import type { Ports } from '../../../../nodes/LeadSync/loops/ports';
import type { NotStarted, SyncReport } from '../../../../nodes/LeadSync/loops/run';
import { twentyPort } from '../../../../nodes/LeadSync/n8n-ports';
import { QUIET } from '../../../../proofs/quiet-control';
import { useStore, type Json } from '../../../database/store';
import { counting, useWorkspace } from '../../Twenty/support/workspace';

const store = useStore();
const workspace = useWorkspace('prepared');
const object = 'opportunity';

let asked: Map<string, number>;
let ports: Ports;

beforeEach(async () => {
  await store.reset();
  await store.sql.query("update lead_sync.settings set absence_allowance = '0 s'");
  workspace.double.store.clear();
  asked = new Map();
  const client = workspace.client({ interfere: counting(asked) });
  ports = {
    twenty: (settings) => twentyPort(client, settings),
    store: { rpc: (name, args) => store.rpc(name, args) },
    control: QUIET,
  };
});

const done = (report: SyncReport | NotStarted): SyncReport => {
  if (!report.started) throw new Error(report.reason);
  return report;
};
const pullDeals = async () =>
  done(await pull(ports, { object, mode: 'delta', trigger: 'manual', policy: null, pageSize: 1_000 }));
const pushDeals = async () =>
  done(await push(ports, { object, trigger: 'manual', policy: null, batchSize: 600, strict: false }));
const pushLeads = async () =>
  done(await push(ports, { trigger: 'manual', policy: null, batchSize: 600, strict: false }));
const pullLeads = async () =>
  done(await pull(ports, { mode: 'delta', trigger: 'manual', policy: null, pageSize: 1_000 }));

/** A deal as somebody makes it in Twenty. */
const makeDeal = (values: Json): string => workspace.double.store.insert('opportunity', [values as never])[0];
/** As a client of Twenty's API writes it. */
const edit = async (path: string, id: string, data: Json | null): Promise<void> => {
  const response = await fetch(
    `${workspace.double.url}/rest/${path}/${id}${data === null ? '?soft_delete=true' : ''}`,
    {
      method: data === null ? 'DELETE' : 'PATCH',
      headers: { authorization: `Bearer ${workspace.double.apiKey}`, 'content-type': 'application/json' },
      ...(data === null ? {} : { body: JSON.stringify(data) }),
    },
  );
  expect(response.status).toBe(200);
};
const deals = async () => await store.rows<Json>('select * from public.opportunities order by name');
const add = async (values: Json): Promise<string> => {
  const columns = Object.keys(values);
  const [{ id }] = await store.rows<{ id: string }>(
    `insert into public.opportunities (${columns.join(', ')}) values (${columns.map((_, i) => `$${i + 1}`).join(', ')}) returning id`,
    Object.values(values),
  );
  return id;
};

test('an opportunity made on each side is on the other after one pull and one push', async () => {
  const there = makeDeal({
    name: 'There',
    stage: 'MEETING',
    amount: { amountMicros: 99_990_000, currencyCode: 'EUR' },
  });
  const here = await add({ name: 'Here', amount: '1234.56', currency: 'USD', close_date: '2026-12-31T00:00:00Z' });

  await pullDeals();
  await pushDeals();
  await pullDeals();

  expect(await deals()).toMatchObject([
    { name: 'Here', twenty_id: here, stage: 'NEW', sync_status: 'synced', left_out: {} },
    { name: 'There', twenty_id: there, stage: 'MEETING', amount: '99.99', currency: 'EUR', sync_status: 'synced' },
  ]);
  expect(await workspace.record(object, here)).toMatchObject({
    name: 'Here',
    stage: 'NEW',
    amount: { amountMicros: 1_234_560_000, currencyCode: 'USD' },
    closeDate: '2026-12-31T00:00:00.000Z',
  });
  expect((await pushDeals()).figures).toMatchObject({ pushed: 0 });
});

test('a stage that is moved on each side is moved on the other, and the way is kept with who went it', async () => {
  const id = makeDeal({ name: 'Deal', stage: 'NEW' });
  await pullDeals();

  await edit('opportunities', id, { stage: 'MEETING' });
  await pullDeals();
  await store.sql.query("update public.opportunities set stage = 'PROPOSAL'");
  await pushDeals();

  expect(await workspace.record(object, id)).toMatchObject({ stage: 'PROPOSAL' });
  expect(
    await store.rows('select from_stage, to_stage, moved_by from public.opportunity_stages order by id'),
  ).toMatchObject([
    { from_stage: null, to_stage: 'NEW' },
    { from_stage: 'NEW', to_stage: 'MEETING', moved_by: 'double' },
    { from_stage: 'MEETING', to_stage: 'PROPOSAL', moved_by: 'supabase_admin' },
  ]);
});

test('the stages of the workspace are known here, in its order, before its deals are', async () => {
  await pullDeals();

  const options = 'select stage, label from public.sales_stages where option_id is not null order by position';
  expect(await store.rows(options)).toEqual([
    { stage: 'NEW', label: 'New' },
    { stage: 'SCREENING', label: 'Screening' },
    { stage: 'MEETING', label: 'Meeting' },
    { stage: 'PROPOSAL', label: 'Proposal' },
    { stage: 'CUSTOMER', label: 'Customer' },
  ]);
});

test('a deal of a lead that is not in Twenty yet waits for that lead', async () => {
  const [{ id: lead }] = await store.rows<{ id: string }>(
    "insert into public.leads (email) values ('ada@example.com') returning id",
  );
  const deal = await add({ name: 'Trial', lead_id: lead });

  await pushDeals();
  expect(await workspace.record(object, deal)).toBeUndefined();

  await pushLeads();
  await pushDeals();
  expect(await workspace.record(object, deal)).toMatchObject({ pointOfContactId: lead });
});

test('a deal of somebody who is no lead yet becomes theirs with the next pull of leads', async () => {
  const [person] = workspace.double.store.insert('person', [{ emails: { primaryEmail: 'ada@example.com' } }]);
  makeDeal({ name: 'Deal', pointOfContactId: person });

  await pullDeals();
  expect(await deals()).toMatchObject([{ lead_id: null, contact_id: person }]);

  await pullLeads();
  const [{ id }] = await store.rows<{ id: string }>('select id from public.leads');
  expect(await deals()).toMatchObject([{ lead_id: id, contact_id: null, sync_status: 'synced' }]);
});

test('what Twenty cannot take is left out with its reason, and the deal goes out', async () => {
  const id = await add({ name: 'Odd', stage: 'BOGUS', amount: '1.0000005', currency: 'EUR' });

  await pushDeals();

  expect(await workspace.record(object, id)).toMatchObject({ name: 'Odd', stage: 'NEW' });
  expect(await deals()).toMatchObject([
    {
      sync_status: 'synced',
      stage: 'BOGUS',
      amount: '1.0000005',
      left_out: {
        stage: expect.stringContaining('none of Twenty'),
        amount: expect.stringContaining('more than six decimals'),
      },
    },
  ]);
  expect((await pushDeals()).figures).toMatchObject({ pushed: 0 });
});

test('a person who is destroyed leaves the deal without one in Twenty, and with its lead here', async () => {
  const [person] = workspace.double.store.insert('person', [{ emails: { primaryEmail: 'ada@example.com' } }]);
  const id = makeDeal({ name: 'Deal', pointOfContactId: person });
  await pullLeads();
  await pullDeals();
  workspace.double.store.remove('person', person, 'destroy');
  await store.sql.query("update public.opportunities set name = 'Deal 2'");

  await done(await reconcile(ports, { trigger: 'manual', reportOnly: false, pageSize: 1_000 }));
  await pushDeals();

  expect(await workspace.record(object, id)).toMatchObject({ name: 'Deal 2', pointOfContactId: null });
  expect(await deals()).toMatchObject([{ name: 'Deal 2', lead_id: expect.any(String), sync_status: 'synced' }]);
});

test('deleted on one side, a deal is deleted on the other, and restored it is back', async () => {
  const id = makeDeal({ name: 'Deal' });
  await pullDeals();

  await edit('opportunities', id, null);
  await pullDeals();
  expect(await deals()).toMatchObject([{ deleted_at: expect.any(Date) }]);

  await store.sql.query('update public.opportunities set deleted_at = null');
  await pushDeals();
  expect(await workspace.record(object, id)).toMatchObject({ deletedAt: null });
});

test('a deal that a webhook names is read by a drain of its own', async () => {
  const known = makeDeal({ name: 'Before' });
  await pullDeals();
  await edit('opportunities', known, { name: 'After' });

  expect(await store.rpc('add_to_inbox', { p_events: [{ object, record_id: known }] })).toMatchObject({ added: 1 });
  await done(await drain(ports, { object, trigger: 'webhook', policy: null, batchSize: 200 }));

  expect(await deals()).toMatchObject([{ name: 'After' }]);
  expect(await store.rows('select from lead_sync.inbox')).toEqual([]);
});

test('a reconciliation finds a deal that was destroyed, and one that no pull saw', async () => {
  const [gone, hidden] = [makeDeal({ name: 'Gone' }), makeDeal({ name: 'Hidden' })];
  await pullDeals();
  workspace.double.store.remove(object, gone, 'destroy');
  await edit('opportunities', hidden, { name: 'Seen', updatedAt: '2026-01-01T00:00:00.000Z' });

  const { figures } = done(await reconcile(ports, { object, trigger: 'manual', reportOnly: false, pageSize: 1_000 }));

  expect(figures).toMatchObject({ compared: 1, orphaned: 1, different: 1 });
  expect(await deals()).toMatchObject([
    { name: 'Gone', deleted_at: expect.any(Date) },
    { name: 'Seen', deleted_at: null },
  ]);
});

test('a thousand deals are one call in, and ten out', async () => {
  for (let nth = 0; nth < 1_000; nth += 1) makeDeal({ name: `There ${nth}` });
  const into = await pullDeals();
  await store.sql.query(
    "insert into public.opportunities (name) select 'Here ' || n from generate_series(1, 1000) as n",
  );
  asked.clear();
  await pushDeals();

  expect(into.figures).toMatchObject({ twenty_calls: 1 });
  expect(Object.fromEntries(asked)).toEqual({ opportunities: 2, createOpportunities: 5 });
});

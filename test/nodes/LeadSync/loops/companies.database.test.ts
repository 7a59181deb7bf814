import { pull } from '../../../../nodes/LeadSync/loops/pull';
import { push } from '../../../../nodes/LeadSync/loops/push';
import { reconcile } from '../../../../nodes/LeadSync/loops/reconcile';
import type { Ports } from '../../../../nodes/LeadSync/loops/ports';
import { twentyPort } from '../../../../nodes/LeadSync/n8n-ports';
import { QUIET } from '../../../../proofs/quiet-control';
import { useStore, type Json } from '../../../database/store';
import { useWorkspace } from '../../Twenty/support/workspace';

const store = useStore();
const workspace = useWorkspace('prepared');
const order = { object: 'company', trigger: 'manual', policy: null } as const;

let ports: Ports;

beforeEach(async () => {
  await store.reset();
  workspace.double.store.clear();
  const client = workspace.client();
  ports = {
    twenty: (settings) => twentyPort(client, settings),
    store: { rpc: (name, args) => store.rpc(name, args) },
    control: QUIET,
  };
});

const pullCompanies = () => pull(ports, { ...order, mode: 'delta', pageSize: 1_000 });
const pushCompanies = () => push(ports, { ...order, batchSize: 600, strict: false });
const makeCompany = (values: Json): string => workspace.double.store.insert('company', [values as never])[0];
const add = (name: string, domain: string) =>
  store.sql.query(
    'insert into public.lead_companies (name, domain, annual_revenue, currency) values ($1, $2, 10.5, $3)',
    [name, domain, 'EUR'],
  );
const companies = () =>
  store.rows(
    'select name, domain, annual_revenue, twenty_id, sync_status, sync_error_message from public.lead_companies order by name',
  );

test('a company made on each side is on the other after one pull and one push, once', async () => {
  const there = makeCompany({
    name: 'There',
    domainName: { primaryLinkUrl: 'https://there.io' },
    annualRevenue: { amountMicros: 5_000_000, currencyCode: 'USD' },
  });
  await add('Here', 'www.here.io');

  await pullCompanies();
  await pushCompanies();
  await pullCompanies();

  const [here, known] = await companies();
  expect(here).toMatchObject({ name: 'Here', domain: 'here.io', sync_status: 'synced' });
  expect(known).toMatchObject({
    name: 'There',
    domain: 'there.io',
    annual_revenue: '5',
    twenty_id: there,
    sync_status: 'synced',
  });
  expect(await workspace.record('company', String(here.twenty_id))).toMatchObject({
    name: 'Here',
    domainName: { primaryLinkUrl: 'https://here.io' },
    annualRevenue: { amountMicros: 10_500_000, currencyCode: 'EUR' },
  });
});

test('one that Twenty has already, and nobody read yet, is told when it goes out, and found by the next comparison', async () => {
  await pullCompanies();
  const there = makeCompany({
    name: 'Acme',
    domainName: { primaryLinkUrl: 'https://acme.com' },
    updatedAt: '2020-01-01T00:00:00.000Z',
  });
  await add('Acme here', 'acme.com');

  await pushCompanies();
  const [refused] = await companies();
  expect(refused).toMatchObject({ twenty_id: null, sync_status: 'error' });
  expect(refused.sync_error_message).toMatch(/domain|unique|duplicate/i);

  await reconcile(ports, { ...order, reportOnly: false, pageSize: 5_000 });
  expect(await companies()).toMatchObject([{ twenty_id: there, domain: 'acme.com' }]);
});

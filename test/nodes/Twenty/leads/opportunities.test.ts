import { randomUUID } from 'node:crypto';
import type { LeadValues, Snapshot, Write } from '../../../../nodes/lead';
import { getChangedPage } from '../../../../nodes/Twenty/leads/get-changed';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { pushLeads, type PushReport } from '../../../../nodes/Twenty/leads/push';
import { opportunityMapping } from '../../../lead/opportunity-mapping';
import { change } from '../support/pushing';
import { counting, createWrite, useWorkspace } from '../support/workspace';

const workspace = useWorkspace();
const GONE = '5d06e01d-a476-4225-ac9f-623dcd58fe49';

const scope = (client = workspace.client()) => workspace.scope(client, opportunityMapping, 'opportunity');
const newDeal = (values: LeadValues): Write => createWrite(randomUUID(), values);

async function push(writes: Write[], strict = false): Promise<PushReport & { asked: Map<string, number> }> {
  const asked = new Map<string, number>();
  const client = workspace.client({ interfere: counting(asked) });
  const options = { leaseSeconds: null, runId: '', batchSize: 200, strict };
  return { ...(await pushLeads(client, await scope(client), writes, options)), asked };
}

async function read(id: string): Promise<Snapshot> {
  const client = workspace.client();
  const { leads } = await getLeadsByIdOrEmail(client, await scope(client), [{ lead_id: id, twenty_id: id }]);
  return leads[0] as Snapshot;
}

async function person(): Promise<string> {
  const [{ id }] = await workspace.create('person', [{ values: { 'emails.primaryEmail': workspace.email() } }]);
  return id;
}

test('an opportunity made here is in Twenty under its own id, whole, in one call', async () => {
  const contact = await person();
  const values = {
    name: 'Trial',
    amount: { amount: '1234.56', currency: 'EUR' },
    stage: 'MEETING',
    close_date: '2026-12-31T00:00:00.000Z',
    contact_id: contact,
    company_id: null,
    owner_id: null,
  };
  const write = newDeal(values);

  const { results, asked } = await push([write]);

  expect(results).toEqual([expect.objectContaining({ ok: true, twenty_id: write.lead_id, values })]);
  expect(await read(write.lead_id)).toMatchObject(values);
  expect([...asked.keys()]).toEqual(['createOpportunities']);
});

test('an opportunity without a name, a stage or a person is made all the same, and begins in the first stage', async () => {
  const write = newDeal({ name: null, stage: null, amount: { amount: '0.000001', currency: null } });

  const { results } = await push([write]);

  expect(results[0]).toMatchObject({ ok: true, values: { name: null, stage: 'NEW', amount: write.values.amount } });
});

test('two hundred opportunities are one call, and what one of them cannot have is left out of it alone', async () => {
  const writes = Array.from({ length: 200 }, (_, index) => newDeal({ name: `Deal ${index}`, stage: 'PROPOSAL' }));
  writes[7].values = {
    name: 'Odd',
    stage: 'BOGUS',
    amount: { amount: '1.0000005', currency: 'EUR' },
    close_date: 'soon',
    contact_id: 'Ada',
  };

  const { results, asked } = await push(writes);

  expect(asked.get('createOpportunities')).toBe(1);
  expect(results.every((result) => result.ok)).toBe(true);
  const odd = results[7].ok ? Object.keys(results[7].left_out ?? {}) : [];
  expect(odd.sort()).toEqual(['amount', 'close_date', 'contact_id', 'stage']);
});

test('changed here, an amount goes out exact, and what Twenty holds beside it stays', async () => {
  const { lead_id: id } = newDeal({});
  await push([createWrite(id, { name: 'Deal', amount: { amount: '5', currency: 'EUR' }, stage: 'NEW' })]);

  await push([change('update', await read(id), { amount: { amount: '6.01', currency: 'EUR' } })]);

  expect(await workspace.record('opportunity', id)).toMatchObject({
    name: 'Deal',
    stage: 'NEW',
    amount: { amountMicros: 6_010_000, currencyCode: 'EUR' },
  });
});

test.each([false, true])('a person who is gone is left out of their opportunities (strict: %s)', async (strict) => {
  const write = newDeal({ name: 'Deal', contact_id: GONE, company_id: GONE });
  const other = newDeal({ name: 'Other', contact_id: await person() });

  const made = await push([write, other], strict);

  const reason = `contact_id refers to ${GONE}, which is not in Twenty.`;
  expect(made.results[0]).toMatchObject({
    ok: true,
    left_out: { contact_id: reason, company_id: reason.replace('contact', 'company') },
    values: { name: 'Deal', contact_id: null },
  });
  expect(made.results[1]).toMatchObject({ ok: true, values: other.values });

  const update = change('update', await read(write.lead_id), { name: 'Deal 2', owner_id: GONE });
  const { results } = await push([update], strict);
  expect(results[0]).toMatchObject({
    ok: true,
    left_out: { owner_id: expect.any(String) },
    values: { name: 'Deal 2' },
  });
});

test('deleted here, an opportunity is in the bin, and restored it is back with what changed', async () => {
  const write = newDeal({ name: 'Deal' });
  await push([write]);

  await push([change('delete', await read(write.lead_id))]);
  const deleted = await read(write.lead_id);
  expect(deleted.twenty_deleted_at).not.toBeNull();

  await push([change('restore', deleted, { name: 'Back' })]);
  expect(await read(write.lead_id)).toMatchObject({ twenty_deleted_at: null, name: 'Back' });
});

test('what changed in Twenty is read with those in the bin, and a workspace without a field says so', async () => {
  const write = newDeal({ name: 'Read me', amount: { amount: '2.5', currency: 'USD' } });
  await push([write]);
  await push([change('delete', await read(write.lead_id))]);
  const client = workspace.client();
  const rows = [...opportunityMapping, { lead_field: 'attributes.plan', twenty_field: 'plan', kind: 'option' }];

  const page = await getChangedPage(client, await workspace.scope(client, rows, 'opportunity'), {
    updatedSince: '2020-01-01T00:00:00Z',
    until: null,
    position: null,
    pageSize: 1_000,
  });

  expect(page.missing_fields).toEqual(['plan']);
  expect(page.leads.find(({ twenty_id: id }) => id === write.lead_id)).toMatchObject({
    name: 'Read me',
    amount: { amount: '2.5', currency: 'USD' },
    twenty_deleted_at: expect.any(String),
    twenty_record: {
      amount: { amountMicros: 2_500_000, currencyCode: 'USD' },
      updatedBy: { name: expect.any(String) },
    },
  });
});

import { randomUUID } from 'node:crypto';
import type { Snapshot } from '../../../../nodes/lead';
import { getChangedPage, getChangedPages } from '../../../../nodes/Twenty/leads/get-changed';
import { getLeadsByIdOrEmail } from '../../../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../../../nodes/Twenty/leads/push';
import type { TwentyClient } from '../../../../nodes/Twenty/transport/client';
import { readObject } from '../../../../nodes/Twenty/transport/metadata';
import { change } from '../support/pushing';
import { Workspace, type Interference } from '../support/workspace';

const MAPPING = [
  { lead_field: 'email', twenty_field: 'emails.primaryEmail', kind: 'email' },
  { lead_field: 'city', twenty_field: 'city', kind: 'text' },
  { lead_field: 'company_name', twenty_field: 'company.name', kind: 'text' },
  { lead_field: 'attributes.plan', twenty_field: 'company.plan', kind: 'text' },
  { lead_field: 'attributes.shoe', twenty_field: 'shoeSize', kind: 'number' },
];
const ALL = { updatedSince: null, until: null, position: null, pageSize: 1_000 };
const PUSH = { leaseSeconds: null, runId: '', batchSize: 200 };

let workspace: Workspace;
let client: TwentyClient;
/** How often the workspace was looked at. */
let looks: number;
/** Time that has passed while nothing happened, in milliseconds. */
let passed: number;

const clock = { now: () => performance.now() + passed, sleep: async () => await Promise.resolve() };

const countLooks: Interference = async (request, next) => {
  if (request.url.includes('/metadata/objects?')) looks += 1;
  return await next(request);
};

/** The same client, when the workspace cannot be looked at. */
const blind = (): TwentyClient =>
  workspace.client({
    identity: client.identity,
    clock,
    interfere: async (request, next) =>
      request.url.includes('/metadata') ? { status: 500, headers: {}, text: '{}' } : await next(request),
  });

async function addField(objectName: string, type: string, name: string): Promise<void> {
  const { id } = await readObject(workspace.client({ identity: randomUUID() }), objectName);
  await client.metadata('POST', '/fields', { objectMetadataId: id, type, name, label: name });
}

/** Somebody removes a field in Twenty, of which this client does not hear. */
async function remove(objectName: string, name: string): Promise<void> {
  const { fields } = await readObject(workspace.client({ identity: randomUUID() }), objectName);
  const field = fields.find((candidate) => candidate.name === name);
  const answer = await client.metadata('DELETE', `/fields/${field?.id}`);
  expect(answer).toMatchObject({ ok: true });
  passed += 6_000; // what was read just before is taken for true
}

/** A person who has a value in every field, or in those that are given. */
function person(values: object = {}): string {
  const { store } = workspace.double;
  const [companyId] = store.insert('company', [{ name: 'Acme', plan: 'gold' }]);
  const email = { primaryEmail: workspace.email() };
  return store.insert('person', [{ emails: email, city: 'Paris', shoeSize: 42, companyId, ...values }])[0];
}

beforeEach(async () => {
  workspace = await Workspace.start();
  passed = 0;
  client = workspace.client({ identity: randomUUID(), interfere: countLooks, clock });
  await addField('person', 'TEXT', 'city');
  await addField('person', 'NUMBER', 'shoeSize');
  await addField('company', 'TEXT', 'plan');
  looks = 0;
});
afterEach(async () => await workspace.close());

describe('a field that is removed in Twenty after the workspace was looked at', () => {
  it.each([
    ['person', 'city', 'city', { attributes: { plan: 'gold', shoe: 42 } }],
    ['person', 'shoeSize', 'shoeSize', { city: 'Paris', attributes: { plan: 'gold' } }],
    ['company', 'plan', 'company.plan', { city: 'Paris', attributes: { shoe: 42 } }],
  ])('is not blank but unknown: of a %s, %s', async (object, name, missing, others) => {
    const id = person();
    const scope = await workspace.scope(client, MAPPING);
    await remove(object, name);

    const page = await getChangedPage(client, scope, ALL);
    const found = await getLeadsByIdOrEmail(client, scope, [{ twenty_id: id }]);

    for (const { leads, missing_fields } of [page, found]) {
      expect(missing_fields).toEqual([missing]);
      const { city, attributes } = leads[0] as Snapshot;
      expect({ city, attributes }).toEqual(others);
    }
    expect((await workspace.scope(client, MAPPING)).missing).toEqual([missing]);
  });

  it('is unknown on every page of a window, and looked for once', async () => {
    for (let count = 0; count < 5; count += 1) person();
    const scope = await workspace.scope(client, MAPPING);
    await remove('person', 'city');
    looks = 0;

    for await (const { leads, missing_fields } of getChangedPages(client, scope, { ...ALL, pageSize: 2 })) {
      expect(missing_fields).toEqual(['city']);
      expect(leads.some((lead) => 'city' in lead)).toBe(false);
    }

    expect(looks).toBe(1);
  });

  it('is no part of what a push says that Twenty has, even where the workspace cannot be looked at', async () => {
    const id = person();
    const { leads } = await getLeadsByIdOrEmail(client, await workspace.scope(client, MAPPING), [{ twenty_id: id }]);
    const scope = await workspace.scope(client, MAPPING);
    await remove('person', 'city');
    const write = change('update', leads[0] as Snapshot, { email: 'new@x.test' });

    const { results } = await pushLeads(client, scope, [write], PUSH);
    const { results: again } = await pushLeads(blind(), scope, [write], PUSH);

    for (const [result] of [results, again]) {
      expect(result).toMatchObject({ ok: true, values: { email: 'new@x.test', company_name: 'Acme' } });
      expect(result).not.toHaveProperty('values.city');
    }
  });
});

it('a page is not handed on while it is not known whether its fields are there', async () => {
  person();
  const scope = await workspace.scope(client, MAPPING);
  await remove('person', 'city');

  await expect(getChangedPage(blind(), scope, ALL)).rejects.toMatchObject({ failure: { category: 'server' } });
});

it('a field that nobody has a value in is blank, and costs one look a minute', async () => {
  person({ shoeSize: null, companyId: null });
  const pageAt = async (time: number) => {
    passed = time;
    return await getChangedPage(client, await workspace.scope(client, MAPPING), ALL);
  };

  const { leads, calls } = await pageAt(0);
  expect(leads).toMatchObject([{ city: 'Paris', company_name: null, attributes: { shoe: null, plan: null } }]);
  expect(calls).toBe(1);
  expect(looks).toBe(1);
  for (const time of [30_000, 60_000, 89_000]) await pageAt(time);
  expect(looks).toBe(2);
});

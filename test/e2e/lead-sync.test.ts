import axios from 'axios';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { sampleSet } from '../../dev/sample-data';
import { N8nClient, OWNER } from '../../dev/stack/n8n-client';
import { runN8nCommand, type N8nOptions } from '../../dev/stack/n8n';
import { seedSupabase, seedTwenty } from '../../dev/stack/seed';
import { runSync, type SyncTarget } from '../../dev/stack/sync';
import { bundledWorkflows } from '../../dev/stack/workflows';

const PEOPLE = 60;
const SHARED = 10;

function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this file with npm run test:e2e.`);
  return value;
}

interface Person {
  id: string;
  jobTitle: string;
  name: { firstName: string; lastName: string };
  emails: { primaryEmail: string };
}

const twenty = { url: env('TEST_TWENTY_URL'), apiKey: env('TEST_TWENTY_API_KEY') };
const supabase = { url: env('TEST_SUPABASE_URL'), serviceKey: env('TEST_SUPABASE_SERVICE_KEY') };

async function graphql<T>(query: string, variables: object = {}): Promise<T> {
  const headers = { authorization: `Bearer ${twenty.apiKey}` };
  const { data } = await axios.post<{ data: T; errors?: unknown }>(
    `${twenty.url}/graphql`,
    { query, variables },
    { headers },
  );
  expect(data.errors).toBeUndefined();
  return data.data;
}

async function peopleByEmail(): Promise<Map<string, Person>> {
  const { people } = await graphql<{ people: { edges: Array<{ node: Person }> } }>(
    '{ people(first: 1000) { edges { node { id jobTitle name { firstName lastName } emails { primaryEmail } } } } }',
  );
  return new Map(people.edges.map(({ node }) => [node.emails.primaryEmail, node]));
}

describe('lead sync in a real n8n', () => {
  let target: SyncTarget;
  let database: Client;

  const leadsByEmail = async (): Promise<Map<string, Record<string, string | null>>> => {
    const { rows } = await database.query<Record<string, string | null>>(
      'select id, twenty_id, lower(btrim(email)) as email, first_name, last_name, job_title, sync_status from public.leads',
    );
    return new Map(rows.map((row) => [String(row.email), row]));
  };

  async function expectBothSidesEqual(size: number): Promise<void> {
    const [people, leads] = [await peopleByEmail(), await leadsByEmail()];
    const asPeople = [...leads.values()].map((lead) => [lead.email, lead.twenty_id, lead.first_name, lead.job_title]);
    const asLeads = [...people].map(([email, person]) => [email, person.id, person.name.firstName, person.jobTitle]);
    expect(asPeople.sort()).toEqual(asLeads.sort());
    expect(people.size).toBe(size);
    expect([...leads.values()].filter(({ sync_status }) => sync_status !== 'synced')).toEqual([]);
  }

  beforeAll(async () => {
    target = { n8n: { client: await N8nClient.logIn(env('TEST_N8N_URL'), OWNER) }, supabase };
    database = new Client({ connectionString: env('TEST_DATABASE_URL') });
    await database.connect();
    const { people, leads } = sampleSet(PEOPLE, SHARED);
    await seedTwenty(twenty, people);
    await seedSupabase(supabase, leads);
  });

  afterAll(() => database.end());

  it('has workflows that n8n imports by its own command, credentials bound by name, and publishes', async () => {
    const options = JSON.parse(env('TEST_N8N_OPTIONS')) as N8nOptions;

    const output = await runN8nCommand(options, ['import:workflow', '--separate', `--input=${resolve('workflows')}`]);

    expect(output).toContain('Successfully imported');
    for (const { id } of (await bundledWorkflows()).values()) {
      await target.n8n.client.publish(id);
      const { active, nodes } = await target.n8n.client.workflow(id);
      const credentials = nodes
        .filter(({ disabled }) => !disabled)
        .flatMap((node) => Object.values(node.credentials ?? {}));
      expect(active).toBe(true);
      expect(credentials.filter((credential) => !credential.id)).toEqual([]);
    }
  });

  it('brings every person and every lead to the other side, the shared ones once', async () => {
    const pull = await runSync(target, 'twenty_to_supabase');
    const push = await runSync(target, 'supabase_to_twenty');

    expect(pull.figures).toMatchObject({ read: PEOPLE, created: PEOPLE - SHARED, linked: SHARED });
    expect(push.figures).toMatchObject({ pushed_created: PEOPLE - SHARED, errors: 0 });
    await expectBothSidesEqual(2 * PEOPLE - SHARED);
  });

  it('carries an edit from each side to the other', async () => {
    const people = [...(await peopleByEmail()).values()];
    const [editedInTwenty, editedInSupabase] = people;
    await graphql('mutation ($id: UUID!, $data: PersonUpdateInput!) { updatePerson(id: $id, data: $data) { id } }', {
      id: editedInTwenty.id,
      data: { jobTitle: 'Edited in Twenty' },
    });
    await database.query("update public.leads set job_title = 'Edited in Supabase' where twenty_id = $1", [
      editedInSupabase.id,
    ]);

    await runSync(target, 'twenty_to_supabase');
    await runSync(target, 'supabase_to_twenty');

    const [after, leads] = [await peopleByEmail(), await leadsByEmail()];
    expect(leads.get(editedInTwenty.emails.primaryEmail)?.job_title).toBe('Edited in Twenty');
    expect(after.get(editedInSupabase.emails.primaryEmail)?.jobTitle).toBe('Edited in Supabase');
    await expectBothSidesEqual(2 * PEOPLE - SHARED);
  });

  it('writes nothing when nothing changed', async () => {
    const rowVersions = 'select sum(xmin::text::bigint) as versions from public.leads';
    const before = [await peopleByEmail(), (await database.query(rowVersions)).rows];

    const pull = await runSync(target, 'twenty_to_supabase');
    const push = await runSync(target, 'supabase_to_twenty');

    expect(pull.figures).toMatchObject({ created: 0, updated: 0, linked: 0, conflicts: 0 });
    expect(push.figures.pushed ?? 0).toBe(0);
    expect([await peopleByEmail(), (await database.query(rowVersions)).rows]).toEqual(before);
  });
});

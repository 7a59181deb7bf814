import axios from 'axios';
import { resolve } from 'node:path';
import { Client } from 'pg';
import { sampleSet } from '../../stack/sample-data';
import { N8nClient, OWNER } from '../../stack/n8n-client';
import { runN8nCommand, type N8nOptions } from '../../stack/n8n';
import { seedSupabase, seedTwenty } from '../../stack/seed';
import { runSetUp } from '../../stack/set-up';
import { runSync, type SyncTarget } from '../../stack/sync';
import { bundledWorkflows, canBePublished, EDGE, INTAKE } from '../../cli/n8n/bundle';
import { publishBundle } from '../../stack/workflows';
import { resetDatabase } from '../setup/database';

const PEOPLE = 60;
const SHARED = 10;
/** Fields that set-up makes in Twenty, by the column of a form that fills them. */
const CUSTOM_FIELDS = {
  city: 'city',
  region: 'region',
  postal_code: 'postalCode',
  country: 'country',
  lead_source: 'leadSource',
  lead_status: 'leadStatus',
  lead_score: 'leadScore',
};
/** Not for forms: leads get their segment from `customer_segments`. */
const SEGMENT_FIELD = 'leadSegment';
const MADE_FIELDS = [...Object.values(CUSTOM_FIELDS), SEGMENT_FIELD];

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

type Lead = Record<string, string | number | null>;

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

/** What set-up's fields hold, by email. */
async function customFieldsInTwenty(): Promise<Map<string, Record<string, unknown>>> {
  const { people } = await graphql<{ people: { edges: Array<{ node: Pick<Person, 'emails'> } & object> } }>(
    `{ people(first: 1000) { edges { node { emails { primaryEmail } ${MADE_FIELDS.join(' ')} } } } }`,
  );
  return new Map(people.edges.map(({ node: { emails, ...custom } }) => [emails.primaryEmail, { ...custom }]));
}

async function updatePerson(id: string, data: object): Promise<void> {
  await graphql('mutation ($id: UUID!, $data: PersonUpdateInput!) { updatePerson(id: $id, data: $data) { id } }', {
    id,
    data,
  });
}

const emailOf = ({ email }: { email?: unknown }): string => String(email).trim().toLowerCase();

describe('lead sync in a real n8n', () => {
  let target: SyncTarget;
  let database: Client;
  const { people: samplePeople, leads: forms } = sampleSet(PEOPLE, SHARED);
  /** No rules are published here: a score is a field like any other. */
  const scored = forms.map((lead, n): Record<string, unknown> => ({ ...lead, lead_score: (n * 37) % 101 }));
  const sample = { people: samplePeople, leads: scored };

  const leadsByEmail = async (): Promise<Map<string, Lead>> => {
    const { rows } = await database.query<Lead>(
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
    await resetDatabase(database);
    await axios.post(`${twenty.url}/__double/clear`, '', { proxy: false });
  });

  afterAll(() => database.end());

  it('has workflows that n8n imports by its own command, credentials bound by name, and publishes', async () => {
    const options = JSON.parse(env('TEST_N8N_OPTIONS')) as N8nOptions;

    const output = await runN8nCommand(options, ['import:workflow', '--separate', `--input=${resolve('workflows')}`]);

    expect(output).toContain('Successfully imported');
    for (const [file, workflow] of await bundledWorkflows()) {
      if (!canBePublished(workflow) || [...EDGE, ...INTAKE].includes(file)) continue;
      const { id } = workflow;
      await target.n8n.client.publish(id);
      const { active, nodes } = await target.n8n.client.workflow(id);
      const credentials = nodes
        .filter(({ disabled }) => !disabled)
        .flatMap((node) => Object.values(node.credentials ?? {}));
      expect(active).toBe(true);
      expect(credentials.filter((credential) => !credential.id)).toEqual([]);
    }
    await publishBundle(target.n8n.client, { schedules: false });
  });

  // only now: a schedule that is due while all workflows are published must find nobody
  it('starts from the sample data of both sides', async () => {
    await resetDatabase(database);
    await seedTwenty(twenty, sample.people);
    await seedSupabase(supabase, sample.leads);

    expect([(await peopleByEmail()).size, (await leadsByEmail()).size]).toEqual([PEOPLE, PEOPLE]);
  });

  it('is set up by its own workflow, which makes the missing fields once and touches no lead', async () => {
    const before = [await peopleByEmail(), await leadsByEmail()];

    const first = await runSetUp(target.n8n.client);
    const second = await runSetUp(target.n8n.client);

    expect(first.fields_created.sort()).toEqual([...MADE_FIELDS].sort());
    expect(first.summary).toContain('Lead Source');
    expect(second.fields_created).toEqual([]);
    expect(second.fields_already_there).toEqual(expect.arrayContaining(MADE_FIELDS));
    expect(second.summary).toContain('nothing had to be created');
    expect([await peopleByEmail(), await leadsByEmail()]).toEqual(before);
  });

  it('brings every person and every lead to the other side, the shared ones once', async () => {
    const pull = await runSync(target, 'twenty_to_supabase');
    const push = await runSync(target, 'supabase_to_twenty');

    expect(pull.figures).toMatchObject({ read: PEOPLE, created: PEOPLE - SHARED, linked: SHARED });
    expect(push.figures).toMatchObject({ pushed_created: PEOPLE - SHARED, errors: 0 });
    expect([...pull.warnings, ...push.warnings]).toEqual([]);
    await expectBothSidesEqual(2 * PEOPLE - SHARED);
  });

  it('brings the fields that set-up made to Twenty, in new and in shared people', async () => {
    const people = await customFieldsInTwenty();

    expect(sample.leads.map((lead) => people.get(emailOf(lead)))).toEqual(
      sample.leads.map((lead) => ({
        ...Object.fromEntries(
          Object.entries(CUSTOM_FIELDS).map(([field, inTwenty]) => [
            inTwenty,
            new Map(Object.entries(lead)).get(field),
          ]),
        ),
        [SEGMENT_FIELD]: '',
      })),
    );
  });

  it('carries an edit of such a field from each side to the other', async () => {
    const [editedInTwenty, editedInSupabase] = [...(await peopleByEmail()).values()].slice(2);
    await updatePerson(editedInTwenty.id, { leadStatus: 'won in Twenty', city: 'Lyon' });
    await database.query("insert into public.customer_segments (segment_name) values ('Enterprise')");
    await database.query(
      `update public.leads
       set lead_status = 'won in Supabase', lead_score = 99.5, country = null,
         segment_id = (select id from public.customer_segments where segment_name = 'Enterprise')
       where twenty_id = $1`,
      [editedInSupabase.id],
    );

    await runSync(target, 'twenty_to_supabase');
    await runSync(target, 'supabase_to_twenty');

    const { rows } = await database.query('select lead_status, city from public.leads where twenty_id = $1', [
      editedInTwenty.id,
    ]);
    const after = (await customFieldsInTwenty()).get(editedInSupabase.emails.primaryEmail);
    expect(rows).toEqual([{ lead_status: 'won in Twenty', city: 'Lyon' }]);
    expect(after).toMatchObject({ leadStatus: 'won in Supabase', leadScore: 99.5, leadSegment: 'Enterprise' });
    expect(after?.country ?? '').toBe('');
  });

  it('carries an edit from each side to the other', async () => {
    const people = [...(await peopleByEmail()).values()];
    const [editedInTwenty, editedInSupabase] = people;
    await updatePerson(editedInTwenty.id, { jobTitle: 'Edited in Twenty' });
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

import axios from 'axios';
import { createClient } from '@supabase/supabase-js';
import type { SampleCompany, SamplePerson } from './sample-data';
import type { SupabaseService, TwentyService } from './services';

/** What Twenty takes in one write. */
const TWENTY_BATCH = 200;
/** Leads in one call: each is matched, scored and classified as it lands. */
const SUPABASE_BATCH = 100;

function batches<T>(list: T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, n) => list.slice(n * size, (n + 1) * size));
}

async function graphql<T>({ url, apiKey }: TwentyService, query: string, variables: object): Promise<T> {
  const { data } = await axios.post<{ data?: T; errors?: Array<{ message: string }> }>(
    `${url}/graphql`,
    { query, variables },
    { headers: { authorization: `Bearer ${apiKey}` }, proxy: false },
  );
  if (data.errors?.length || !data.data) {
    throw new Error(`Twenty refused the sample data: ${data.errors?.[0]?.message ?? 'no answer'}`);
  }
  return data.data;
}

async function createCompanies(twenty: TwentyService, companies: SampleCompany[]): Promise<Map<string, string>> {
  const ids = new Map<string, string>();
  for (const batch of batches(companies, TWENTY_BATCH)) {
    const { createCompanies: created } = await graphql<{
      createCompanies: Array<{ id: string; domainName: { primaryLinkUrl: string } }>;
    }>(
      twenty,
      'mutation ($data: [CompanyCreateInput!]!) { createCompanies(data: $data, upsert: true) { id domainName { primaryLinkUrl } } }',
      { data: batch.map(({ name, domain }) => ({ name, domainName: { primaryLinkUrl: `https://${domain}` } })) },
    );
    for (const { id, domainName } of created) ids.set(new URL(domainName.primaryLinkUrl).hostname, id);
  }
  return ids;
}

/** Creates people with their companies in Twenty, or updates those with the same email. */
export async function seedTwenty(twenty: TwentyService, people: SamplePerson[]): Promise<void> {
  const companies = new Map(people.map(({ company }) => [company.domain, company]));
  const companyIds = await createCompanies(twenty, [...companies.values()]);
  for (const batch of batches(people, TWENTY_BATCH)) {
    await graphql(
      twenty,
      'mutation ($data: [PersonCreateInput!]!) { createPeople(data: $data, upsert: true) { id } }',
      {
        data: batch.map((person) => ({
          name: { firstName: person.firstName, lastName: person.lastName },
          emails: { primaryEmail: person.email },
          phones: { primaryPhoneNumber: person.phone },
          linkedinLink: { primaryLinkUrl: person.linkedinUrl },
          jobTitle: person.jobTitle,
          companyId: companyIds.get(person.company.domain),
        })),
      },
    );
  }
}

/** Puts leads into Supabase through the same door as a form does; those with a known email are updated. */
export async function seedSupabase(supabase: SupabaseService, leads: object[]): Promise<void> {
  const client = createClient(supabase.url, supabase.serviceKey, { auth: { persistSession: false } });
  for (const batch of batches(leads, SUPABASE_BATCH)) {
    const { error } = await client.rpc('upsert_leads', { p_leads: batch, p_source: 'form' });
    if (error) throw new Error(`Supabase refused the sample data: ${error.message}`);
  }
}

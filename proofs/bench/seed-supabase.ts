import { Client } from 'pg';
import type { SamplePerson } from '../../stack/sample-data';
import type { Direction, SyncRun } from '../../stack/sync';
import { batches } from './lists';

const BATCH = 5_000;
const COLUMNS =
  'first_name, last_name, email, phone, job_title, company_name, company_domain, linkedin_url, city, country, lead_source, lead_status';

async function withDatabase<T>(databaseUrl: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = new Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function leadRow(person: SamplePerson, n: number): object {
  return {
    first_name: person.firstName,
    last_name: person.lastName,
    email: person.email,
    phone: person.phone,
    job_title: person.jobTitle,
    company_name: person.company.name,
    company_domain: person.company.domain,
    linkedin_url: person.linkedinUrl,
    city: person.city,
    country: person.country,
    lead_source: n % 2 === 0 ? 'website' : 'webinar',
    lead_status: 'new',
  };
}

/** Takes out all leads with everything that the sync knows about them; settings and mapping stay. */
export async function emptySupabase(databaseUrl: string): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    await client.query(
      `truncate public.leads, public.lead_sync_runs, public.lead_sync_history, public.lead_sync_conflicts,
         lead_sync.lead_states, lead_sync.cursors, lead_sync.inbox cascade`,
    );
  });
}

/** Writes new leads as a site writes them, straight into the table. Returns their ids in the order of the people. */
export async function seedLeads(databaseUrl: string, people: readonly SamplePerson[]): Promise<string[]> {
  return await withDatabase(databaseUrl, async (client) => {
    const ids: string[] = [];
    for (const batch of batches(people, BATCH)) {
      const { rows } = await client.query<{ id: string }>(
        `insert into public.leads (${COLUMNS})
         select ${COLUMNS} from jsonb_populate_recordset(null::public.leads, $1) returning id`,
        [JSON.stringify(batch.map(leadRow))],
      );
      ids.push(...rows.map(({ id }) => id));
    }
    return ids;
  });
}

/** Gives leads another job title, now, as a user of the table does. */
export async function editLeads(databaseUrl: string, ids: readonly string[], jobTitle: string): Promise<void> {
  await withDatabase(databaseUrl, async (client) => {
    await client.query('update public.leads set job_title = $2 where id = any ($1::uuid[])', [ids, jobTitle]);
  });
}

/** The newest run of a direction, as the database has it. */
export async function lastRun(databaseUrl: string, direction: Direction | 'bidirectional'): Promise<SyncRun> {
  return await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<SyncRun>(
      'select * from public.lead_sync_runs where direction = $1 order by started_at desc limit 1',
      [direction],
    );
    if (!rows[0]) throw new Error(`There is no run ${direction}: the workflow did not start one.`);
    return rows[0];
  });
}

/** Leads that know their Twenty record. */
export async function countLinkedLeads(databaseUrl: string): Promise<number> {
  return await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query<{ count: number }>(
      'select count(*)::integer as count from public.leads where twenty_id is not null',
    );
    return rows[0].count;
  });
}

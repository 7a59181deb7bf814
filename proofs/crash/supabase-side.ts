import { Client } from 'pg';
import type { Identity } from './identities';

/** What a site does in its database, through a connection of its own; every statement may be repeated after a crash. */
export class SupabaseSide {
  private client: Client | undefined;

  constructor(private readonly databaseUrl: string) {}

  /** Inserts a lead as a form writes it: spaces, capitals and a spaced phone number included. */
  async add({ tag, email, leadId, person }: Identity): Promise<void> {
    await this.query(
      `insert into public.leads
         (id, first_name, last_name, email, phone, job_title, company_name, company_domain, country, lead_status)
       values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'new') on conflict (id) do nothing`,
      [
        leadId,
        ` ${person.firstName} `,
        tag,
        email?.toUpperCase() ?? null,
        person.phone.replace(/(\d{3})$/, ' $1'),
        person.jobTitle,
        person.company.name,
        person.company.domain,
        person.country,
      ],
    );
  }

  /** Whether the lead was there to be edited. */
  async edit(tag: string, field: 'job_title' | 'lead_status', value: string): Promise<boolean> {
    const result = await this.query(`update public.leads set ${field} = $2 where last_name = $1`, [tag, value]);
    return result.length > 0;
  }

  /** Rows of a query; of a statement that changes rows, an empty object for each. */
  async query<T extends object>(sql: string, values: unknown[] = []): Promise<T[]> {
    const client = await this.connection();
    try {
      const { rows, rowCount } = await client.query<T>(sql, values);
      return rows.length > 0 ? rows : Array.from({ length: rowCount ?? 0 }, () => ({}) as T);
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    const { client } = this;
    this.client = undefined;
    await client?.end().catch(() => undefined); // its server is gone
  }

  private async connection(): Promise<Client> {
    if (this.client) return this.client;
    const client = new Client({ connectionString: this.databaseUrl, connectionTimeoutMillis: 5_000 });
    client.on('error', () => {
      if (this.client === client) this.client = undefined;
    });
    await client.connect();
    this.client = client;
    return client;
  }
}

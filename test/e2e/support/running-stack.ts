import axios from 'axios';
import { Client } from 'pg';
import { N8nClient, OWNER, type Execution } from '../../../stack/n8n-client';
import type { SupabaseService, TwentyService } from '../../../stack/services';
import { bundledWorkflows } from '../../../cli/n8n/bundle';
import { importLeadSyncCredentials, publishBundle } from '../../../stack/workflows';
import { resetDatabase } from '../../setup/database';

/** An address or key that the setup of the e2e run has put into the environment. */
export function env(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run this file with npm run test:e2e.`);
  return value;
}

export interface LeadRow {
  id: string;
  twenty_id: string | null;
  email: string | null;
  phone: string | null;
  first_name: string | null;
  sync_status: string;
  sync_error_message: string | null;
  attributes: Record<string, unknown>;
  left_out: Record<string, string>;
}

export interface RunRow {
  status: string;
  error: string | null;
  warnings: string[];
  figures: Record<string, number>;
}

/** A person as Twenty returns it. */
export interface Person {
  id: string;
  name: { firstName: string; lastName: string };
  emails: { primaryEmail: string };
  phones: { primaryPhoneNumber: string; primaryPhoneCallingCode: string };
  jobTitle: string | null;
}

/** How a run of a bundled workflow ended: the execution as n8n shows it, and the run's record, where there is one. */
export interface Outcome {
  status: string;
  /** The execution's error, as a user reads it in n8n. */
  error: string;
  run: RunRow | null;
}

const FILES = { pull: 'twenty-to-supabase-lead-sync', push: 'supabase-to-twenty-lead-sync' };

/** The workspace that the whole e2e run shares. */
const TWENTY: TwentyService = { url: env('TEST_TWENTY_URL'), apiKey: env('TEST_TWENTY_API_KEY') };

/** The stack of an e2e run: real n8n, the Twenty double, Supabase. */
export class RunningStack {
  readonly supabase: SupabaseService = {
    url: env('TEST_SUPABASE_URL'),
    serviceKey: env('TEST_SUPABASE_SERVICE_KEY'),
  };

  private constructor(
    readonly n8n: N8nClient,
    readonly database: Client,
    readonly twenty: TwentyService,
  ) {}

  /** Connects, with the bundle as it is delivered but for its schedules, and nothing in either system. */
  static async open(twenty: TwentyService = TWENTY): Promise<RunningStack> {
    const database = new Client({ connectionString: env('TEST_DATABASE_URL') });
    await database.connect();
    const stack = new RunningStack(await N8nClient.logIn(env('TEST_N8N_URL'), OWNER), database, twenty);
    await stack.useCredentials({});
    await publishBundle(stack.n8n, { schedules: false });
    await stack.clear();
    return stack;
  }

  /** Leaves n8n with the credentials that it had. */
  async close(): Promise<void> {
    await this.useCredentials({ twenty: TWENTY });
    await this.database.end();
  }

  /** Empties both systems. */
  async clear(): Promise<void> {
    await resetDatabase(this.database);
    await axios.post(`${this.twenty.url}/__double/clear`, '', { proxy: false });
  }

  /** Puts the working credentials into n8n, but for what is given. */
  async useCredentials(given: { twenty?: Partial<TwentyService>; supabase?: Partial<SupabaseService> }): Promise<void> {
    await importLeadSyncCredentials(this.n8n, {
      twenty: { ...this.twenty, ...given.twenty },
      supabase: { ...this.supabase, ...given.supabase },
      callsPerMinute: 1_000_000,
    });
  }

  /** Runs a bundled workflow by its Manual Trigger, however it ends. */
  async run(direction: keyof typeof FILES): Promise<Outcome> {
    const workflow = (await bundledWorkflows()).get(FILES[direction]);
    if (!workflow) throw new Error(`workflows/${FILES[direction]}.json is missing.`);
    return await this.runWorkflow(workflow.id);
  }

  async runWorkflow(id: string): Promise<Outcome> {
    const { rows: before } = await this.database.query<{ id: string }>('select id from public.lead_sync_runs');
    const execution = await this.n8n.runWorkflow(id, { timeoutMs: 60_000 });
    const { rows } = await this.database.query<RunRow>('select * from public.lead_sync_runs where id <> all ($1)', [
      before.map((run) => run.id),
    ]);
    return { status: execution.status, error: errorOf(execution), run: rows[0] ?? null };
  }

  /** People as someone at Twenty's screen adds them. */
  async addPeople(...people: object[]): Promise<void> {
    await axios.post(`${this.twenty.url}/__double/seed`, { people }, { proxy: false });
  }

  /** A person as someone at Twenty's screen edits them. */
  async patchPerson(id: string, fields: object): Promise<void> {
    const headers = { authorization: `Bearer ${this.twenty.apiKey}` };
    await axios.patch(`${this.twenty.url}/rest/people/${id}`, fields, { headers, proxy: false });
  }

  /** Live people by email. */
  async people(): Promise<Map<string, Person>> {
    const { data } = await axios.get<Person[]>(`${this.twenty.url}/__double/records/people`, { proxy: false });
    return new Map(data.map((person) => [person.emails.primaryEmail, person]));
  }

  /** Rows as a form writes them, straight into the table. */
  async addLeads(...leads: Array<Record<string, string | null>>): Promise<void> {
    for (const lead of leads) {
      const columns = Object.keys(lead);
      const places = columns.map((_column, index) => `$${index + 1}`);
      await this.database.query(
        `insert into public.leads (${columns.join(', ')}) values (${places.join(', ')})`,
        Object.values(lead),
      );
    }
  }

  async leads(): Promise<LeadRow[]> {
    const { rows } = await this.database.query<LeadRow>('select * from public.leads order by email, first_name');
    return rows;
  }
}

function errorOf({ data }: Execution): string {
  return data?.resultData.error?.message ?? '';
}

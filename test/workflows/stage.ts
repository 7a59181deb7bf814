import { InProcessN8n, LEAD_SYNC, type WorkflowRun, type WorkflowRunOptions } from './harness';
import type { IDataObject, INodeTypes, IWorkflowBase } from 'n8n-workflow';
import type { Client } from 'pg';
import { startTwentyDouble, type TwentyDouble } from '../../stand-ins/twenty';
import { connectDatabase, resetDatabase } from '../setup/database';
import type { CredentialData } from './in-process-credentials';
import { inProcessNodeTypes } from './in-process-nodes';
import { CHAT_ID, startTelegramDouble, type TelegramDouble } from './telegram-double';

export { CHAT_ID };

export interface LeadRow {
  id: string;
  twenty_id: string | null;
  first_name: string | null;
  email: string | null;
  job_title: string | null;
  sync_status: string;
  sync_error_message: string | null;
  deleted_at: Date | null;
}

export interface RunRow {
  status: string;
  direction: string;
  mode: string;
  trigger: string;
  resumed: boolean;
  error: string | null;
  figures: Record<string, number>;
  /** Examples of what a reconciliation found, by kind. */
  findings: Record<string, Array<Record<string, unknown>>> | null;
}

export interface StageRunOptions extends WorkflowRunOptions {
  /** Twenty's key, where it is not the right one. */
  apiKey?: string;
  credentials?: CredentialData;
}

/** A stage for the tests of a file: opened before the first, emptied before each, closed after the last. */
export function useStage(): Stage {
  const stage = new Stage();
  beforeAll(() => stage.open());
  beforeEach(() => stage.clear());
  afterAll(() => stage.close());
  return stage;
}

/** Twenty, Supabase, Telegram and n8n for the workflows. */
export class Stage {
  twenty!: TwentyDouble;
  telegram!: TelegramDouble;
  database!: Client;
  private nodeTypes!: INodeTypes;

  async open(): Promise<void> {
    [this.twenty, this.telegram, this.database, this.nodeTypes] = await Promise.all([
      startTwentyDouble({ rateLimit: false }),
      startTelegramDouble(),
      connectDatabase(),
      inProcessNodeTypes(),
    ]);
  }

  async clear(): Promise<void> {
    await resetDatabase(this.database);
    this.twenty.store.clear();
    this.twenty.stats.reset();
    this.twenty.faults.length = 0;
    for (const heard of ['messages', 'edits', 'answers'] as const) this.telegram[heard].length = 0;
    this.telegram.refusals.length = 0;
  }

  async close(): Promise<void> {
    await this.database.end();
    await Promise.all([this.twenty.close(), this.telegram.close()]);
  }

  async pull(options?: StageRunOptions): Promise<WorkflowRun> {
    return await this.run('twenty-to-supabase-lead-sync', options);
  }

  async push(options?: StageRunOptions): Promise<WorkflowRun> {
    return await this.run('supabase-to-twenty-lead-sync', options);
  }

  async reconcile(options?: StageRunOptions): Promise<WorkflowRun> {
    return await this.run('lead-sync-reconcile', options);
  }

  /** Runs the webhook handler as if Twenty had sent these events; from another trigger it drains what waits. */
  async handle(
    events: Array<{ object: string; record_id: string; action?: string }>,
    options?: StageRunOptions,
  ): Promise<WorkflowRun> {
    const from = events.length > 0 ? 'When Twenty changes' : 'Every 5 minutes';
    return await this.run('twenty-webhook-handler', { from, ...(events.length > 0 && { items: events }), ...options });
  }

  /** Runs any workflow; `credentials` go over the working ones, field by field. */
  async run(
    workflow: string | IWorkflowBase,
    { apiKey = this.twenty.apiKey, credentials = {}, ...options }: StageRunOptions = {},
  ): Promise<WorkflowRun> {
    const { TEST_SUPABASE_URL: host = '', TEST_SUPABASE_SERVICE_KEY: serviceKey = '' } = process.env;
    const n8n = new InProcessN8n(this.nodeTypes, {
      ...credentials,
      leadSyncTwentyApi: {
        url: this.twenty.url,
        apiKey,
        callsPerMinute: 1_000_000,
        ...credentials.leadSyncTwentyApi,
      },
      leadSyncSupabaseApi: { host, serviceKey, ...credentials.leadSyncSupabaseApi },
      telegramApi: { accessToken: '1:token', baseUrl: this.telegram.url },
    });
    return await n8n.run(workflow, options);
  }

  /** A person as someone at Twenty's screen adds it; returns its id. */
  addPerson(email: string, firstName: string, jobTitle = ''): string {
    const [id] = this.twenty.store.insert('people', [
      { name: { firstName, lastName: 'Example' }, emails: { primaryEmail: email }, jobTitle },
    ]);
    return id;
  }

  /** People who are called like the beginning of their addresses; returns their ids. */
  addPeople(...names: string[]): string[] {
    return names.map((name) => this.addPerson(`${name}@example.com`, name));
  }

  person(id: string): { jobTitle: string; firstName: string; email: string } {
    const person = this.twenty.store.get('people', id) as {
      jobTitle: string;
      name: { firstName: string };
      emails: { primaryEmail: string };
    };
    return { jobTitle: person.jobTitle, firstName: person.name.firstName, email: person.emails.primaryEmail };
  }

  /** Leads as a form writes them, straight into the table. */
  async addLeads(...leads: Array<{ email: string; firstName: string; jobTitle?: string }>): Promise<void> {
    for (const { email, firstName, jobTitle } of leads) {
      await this.database.query('insert into public.leads (email, first_name, job_title) values ($1, $2, $3)', [
        email,
        firstName,
        jobTitle ?? null,
      ]);
    }
  }

  /** Leads who are called like the beginning of their addresses. */
  async addLeadsCalled(...names: string[]): Promise<void> {
    await this.addLeads(...names.map((name) => ({ email: `${name}@example.com`, firstName: name })));
  }

  async leads(): Promise<LeadRow[]> {
    const { rows } = await this.database.query<LeadRow>('select * from public.leads order by email');
    return rows;
  }

  /** Sync runs, the oldest first. */
  async runs(): Promise<RunRow[]> {
    const { rows } = await this.database.query<RunRow>('select * from public.lead_sync_runs order by started_at');
    return rows;
  }

  /** Lets the leases of running runs end, as time does after a crash. */
  async endLeases(): Promise<void> {
    await this.database.query(
      "update public.lead_sync_runs set lease_until = now() - interval '1 second' where status = 'running'",
    );
    await this.database.query('update lead_sync.lead_states set due_at = now() where claim_token is not null');
  }
}

/** Sets parameters of the Lead Sync node. */
export function setSync(values: Record<string, string | number | boolean>): WorkflowRunOptions['edit'] {
  return (node) => void Object.assign(node(LEAD_SYNC).parameters, values);
}

/** What the Lead Sync node gave, item by item. */
export function syncItems(run: WorkflowRun): IDataObject[] {
  const names = ['Pull from Twenty', 'Push to Twenty', 'Drain inbox', 'Reconcile both sides'];
  return run.outputs(names.find((name) => run.ran(name)) ?? '').flat();
}

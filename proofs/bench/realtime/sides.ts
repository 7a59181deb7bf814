import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';

const LOOK_EVERY_MS = 10;

/** Waits until something is so and gives the milliseconds that it took; rejects after the timeout with what did not happen. */
export async function untilSo(what: string, isSo: () => Promise<boolean>, timeoutMs: number): Promise<number> {
  const startedAt = performance.now();
  while (!(await isSo())) {
    if (performance.now() - startedAt > timeoutMs)
      throw new Error(`${what} did not happen within ${timeoutMs / 1000} s.`);
    await delay(LOOK_EVERY_MS);
  }
  return performance.now() - startedAt;
}

/** The leads as a user of the table sees and changes them, over one connection. */
export class LeadTable {
  private constructor(private readonly client: Client) {}

  static async open(databaseUrl: string): Promise<LeadTable> {
    const client = new Client({ connectionString: databaseUrl });
    await client.connect();
    return new LeadTable(client);
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  async jobTitleOf(twentyId: string): Promise<string | null> {
    const { rows } = await this.client.query<{ job_title: string | null }>(
      'select job_title from public.leads where twenty_id = $1',
      [twentyId],
    );
    return rows[0]?.job_title ?? null;
  }

  async setJobTitle(twentyId: string, jobTitle: string): Promise<void> {
    await this.client.query('update public.leads set job_title = $2 where twenty_id = $1', [twentyId, jobTitle]);
  }

  async hasActivity(twentyId: string, title: string): Promise<boolean> {
    const { rows } = await this.client.query(
      `select from public.lead_activities as a join public.leads as l on l.id = a.lead_id where l.twenty_id = $1 and a.title = $2`,
      [twentyId, title],
    );
    return rows.length > 0;
  }

  async countWithJobTitle(jobTitle: string): Promise<number> {
    const { rows } = await this.client.query<{ count: number }>(
      'select count(*)::integer as count from public.leads where job_title = $1',
      [jobTitle],
    );
    return rows[0].count;
  }

  /** Whether no record waits in the inbox, no lead is due and nothing runs. */
  async isQuiet(): Promise<boolean> {
    const { rows } = await this.client.query<{ quiet: boolean }>(
      `select not exists (select from lead_sync.inbox where due_at <= clock_timestamp())
         and not exists (select from lead_sync.lead_states where due_at is not null)
         and not exists (select from public.lead_sync_runs where status = 'running') as quiet`,
    );
    return rows[0].quiet;
  }
}

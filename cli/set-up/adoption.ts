import { readSchemaScript, rollBackSchema } from '../database/migrations';
import { namesTaken } from '../database/own-names';
import { withDatabase } from '../database/open';
import { CliError } from '../failure';
import { done, unchanged, type Ending } from '../terminal/report';

/** What `lead_sync.adoption_plan` answers. */
export interface AdoptionPlan {
  table: string;
  rows: number | null;
  key: string | null;
  columns: Record<string, string>;
  unmapped: string[];
  inserts: boolean;
  required: string[];
  row_level_security: boolean;
  policies: number;
  triggers: string[];
  adds: string[];
  problems: string[];
}

/**
 * What would be done with a table `public.leads` of the project's own, worked out by the schema itself in a transaction that is
 * rolled back; null where there is none, or it is connected already.
 * @throws CliError where the table cannot be connected, or functions have names of ours
 */
export async function planAdoption(databaseUrl: string): Promise<AdoptionPlan | null> {
  const isOpen = await withDatabase(databaseUrl, async (client) => {
    const { hasLeads } = await namesTaken(client, await readSchemaScript());
    if (!hasLeads) return false;
    const { rows: found } = await client.query<{ there: boolean }>(
      "select to_regclass('lead_sync.sources') is not null as there",
    );
    if (!found[0].there) return true;
    const { rows } = await client.query("select from lead_sync.sources where source = 'public.leads'::regclass");
    return rows.length === 0;
  });
  if (!isOpen) return null;
  const plan = await rollBackSchema({ databaseUrl }, async (client) => {
    const { rows } = await client.query<{ plan: AdoptionPlan }>(
      "select lead_sync.adoption_plan('public.leads'::regclass) as plan",
    );
    return rows[0].plan;
  });
  if (plan.problems.length > 0) {
    throw new CliError(
      `The project has a table public.leads, which cannot be synced as it is: ${plan.problems.join('; ')}.`,
      'Mend that, or rename the table; then run this command again. Nothing was changed.',
    );
  }
  return plan;
}

/** Whether the project's table is connected. */
export async function isAdopted(databaseUrl: string): Promise<boolean> {
  return await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query("select from lead_sync.sources where source = to_regclass('public.leads')");
    return rows.length > 0;
  });
}

/** The plan as a person reads it. */
export function planLines(plan: AdoptionPlan): string[] {
  const { rows, key, columns, unmapped, required, triggers, policies } = plan;
  const mapped = Object.entries(columns).map(([field, column]) => (field === column ? field : `${column} → ${field}`));
  return [
    `The project has a table public.leads${rows === null ? '' : ` of about ${rows} rows`}. It stays as it is: columns, key (${key}), rights, ${policies} policies, ${triggers.length} triggers.`,
    `  Lead sync keeps its own copy, public.lead_sync_leads, and both in step. Your table gets ${plan.adds.length} triggers that note which rows were written.`,
    `  Columns: ${mapped.join(', ')}`,
    ...(unmapped.length > 0 ? [`  Not synced: ${unmapped.join(', ')}`] : []),
    plan.inserts
      ? '  People that are new in Twenty get a row, their changes are written to it.'
      : `  People that are new in Twenty get no row: only your app can fill ${required.join(', ')}. Changes of the others are written.`,
    ...(triggers.length > 0 ? [`  Your triggers run for these writes as for any other: ${triggers.join(', ')}`] : []),
  ];
}

/**
 * Connects the table, and takes its rows; run again, it goes on where it stopped.
 * @throws CliError where they cannot be read
 */
export async function adopt(databaseUrl: string): Promise<Ending> {
  return await withDatabase(databaseUrl, async (client) => {
    const { rows } = await client.query("select from lead_sync.sources where source = 'public.leads'::regclass");
    const isNew = rows.length === 0;
    if (isNew) await client.query("select lead_sync.connect_source('public.leads', p_both_ways => true)");
    const unread = "source = 'public.leads'::regclass and read_at is null";
    // what was wrong when it was last tried may be mended
    await client.query(`update lead_sync.sources set problem = null, problem_at = null where ${unread}`);
    for (let waits = true; waits;) {
      await client.query('select lead_sync.exchange_sources()');
      const { rows: waiting } = await client.query<{ problem: string | null }>(
        `select problem from lead_sync.sources where ${unread}`,
      );
      waits = waiting.length > 0;
      const problem = waiting.at(0)?.problem ?? null;
      if (problem !== null) {
        throw new CliError(
          `The table public.leads cannot be read: ${problem}.`,
          'Mend that, then run this command again: it goes on where it stopped.',
        );
      }
    }
    const { rows: counts } = await client.query<{ taken: number; refused: number }>(
      `select count(*) filter (where refusal is null)::integer as taken, count(*) filter (where refusal is not null)::integer as refused
      from lead_sync.source_rows where source = 'public.leads'::regclass`,
    );
    const [{ taken, refused }] = counts;
    const left = refused === 0 ? '' : `, ${refused} were not (lead_sync.source_rows says why)`;
    const detail = `${taken} rows of public.leads are in step${left}`;
    return isNew ? done(detail) : unchanged(detail);
  });
}

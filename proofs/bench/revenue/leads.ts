import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { applyMigrations } from '../../../cli/database/migrations';
import { pull } from '../../../nodes/LeadSync/loops/pull';
import type { Ports } from '../../../nodes/LeadSync/loops/ports';
import { push } from '../../../nodes/LeadSync/loops/push';
import type { NotStarted, SyncReport } from '../../../nodes/LeadSync/loops/run';
import { twentyPort } from '../../../nodes/LeadSync/n8n-ports';
import { DEFAULT_PAGE_SIZE } from '../../../nodes/Twenty/records/limits';
import { schemaScript } from '../../../stack/schema';
import type { Shutdown } from '../../../stack/shutdown';
import { makeEmptyDatabase, startProject, type Supabase } from '../../../stack/supabase';
import { startTwentyDouble } from '../../../stand-ins/twenty';
import { toldStep } from '../../progress';
import { QUIET } from '../../quiet-control';
import { peopleOf } from '../people';
import { watchPostgres } from '../scale/postgres';
import { emptySupabase, seedLeads } from '../seed-supabase';
import { prepareTwenty, seedPeople } from '../seed-twenty';
import type { Store } from '../store';
import { clientOf, storeOf } from './sides';

export interface LeadsOptions {
  /** Leads that come, and as many others that go. */
  leads: number;
  /** Times that both are measured, one after the other. */
  rounds: number;
  /** A revision of git: what is compared with is its schema; null for that of now, without opportunities. */
  since: string | null;
}

/** Processor time of PostgreSQL for leads where opportunities are in use, for each time that it is without; of several rounds the middle one. */
export interface LeadsRatio extends LeadsOptions {
  pull: number;
  push: number;
}

export const MOST_RATIO = 1.05;

interface Side {
  supabase: Supabase;
  client: Client;
  /** Deals that are there, none of them of leads that come or go. */
  deals: number;
}

type Spent = Record<'pull' | 'push', number>;

/** First pulls and pushes of leads beside opportunities and without, in turns: the node's own loops, client and functions. */
export async function measureLeads(store: Store, shutdown: Shutdown, options: LeadsOptions): Promise<LeadsRatio> {
  const [now, before] = await projectsOf(store, shutdown, options.since);
  const [beside, without]: Side[] = [
    { ...now, deals: Math.ceil(options.leads / 10) },
    { ...before, deals: 0 },
  ];
  const ratios: Spent[] = [];
  for (let round = 0; round <= options.rounds; round += 1) {
    const name = round === 0 ? 'Warm-up' : `Round ${round} of ${options.rounds}`;
    const ratio = await toldStep(
      `${name}, ${options.leads} leads each way, without opportunities and beside them`,
      () => measureRound(round % 2 === 0 ? [without, beside] : [beside, without], beside, options.leads),
    );
    if (round > 0) ratios.push(ratio);
  }
  return { ...options, pull: middle(ratios.map(({ pull }) => pull)), push: middle(ratios.map(({ push }) => push)) };
}

async function measureRound(order: readonly Side[], beside: Side, leads: number): Promise<Spent> {
  const spent = new Map<boolean, Spent>();
  for (const side of order) spent.set(side === beside, await measureSide(side, leads));
  const [dividend, divisor] = [spent.get(true) as Spent, spent.get(false) as Spent];
  return { pull: dividend.pull / divisor.pull, push: dividend.push / divisor.push };
}

const middle = (numbers: number[]): number =>
  Number(numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)].toFixed(3));

async function measureSide({ supabase, client, deals }: Side, leads: number): Promise<Spent> {
  await emptySupabase(supabase.databaseUrl);
  if (deals > 0) await client.query(SEED_DEALS, [deals]);
  const twenty = await startTwentyDouble({ rateLimit: false });
  try {
    const twentyClient = clientOf(twenty);
    await prepareTwenty(twentyClient);
    await seedPeople(twentyClient, peopleOf({ name: 'people', size: leads }));
    const ports: Ports = {
      twenty: (scope) => twentyPort(twentyClient, scope),
      store: storeOf(supabase),
      control: QUIET,
    };
    const order = { trigger: 'manual', policy: null } as const;
    const spentOn = async (figure: string, run: () => Promise<SyncReport | NotStarted>): Promise<number> => {
      const { result, processorS } = await watchPostgres(client, run);
      if (!result.started) throw new Error(result.reason);
      if (result.figures[figure] !== leads) throw new Error(`${figure} is ${result.figures[figure]}, not ${leads}.`);
      return processorS;
    };
    const into = await spentOn('created', () => pull(ports, { ...order, mode: 'full', pageSize: DEFAULT_PAGE_SIZE }));
    await seedLeads(supabase.databaseUrl, peopleOf({ name: 'others', size: leads }));
    await client.query('vacuum (analyze) public.leads, lead_sync.lead_states');
    const out = await spentOn('pushed', () => push(ports, { ...order, batchSize: 600, strict: false }));
    return { pull: into, push: out };
  } finally {
    await twenty.close();
  }
}

/** Opportunities are in use from their first run on. */
const SEED_DEALS = `with begun as (insert into lead_sync.cursors (object) values ('opportunity'))
  insert into public.opportunities (name, contact_id) select 'Deal ' || i, gen_random_uuid() from generate_series(1, $1::integer) as i`;

type Project = Pick<Side, 'supabase' | 'client'>;

/** One for both; where the schemas differ two, made alike. */
async function projectsOf(
  store: Store,
  shutdown: Shutdown,
  since: string | null,
): Promise<[now: Project, before: Project]> {
  if (since === null) return [store, store];
  return [
    await startOther(store, shutdown, 'leads_now', await schemaScript()),
    await startOther(store, shutdown, 'leads_before', await schemaOf(since)),
  ];
}

/** A further project in the same PostgreSQL. */
async function startOther({ postgres }: Store, shutdown: Shutdown, name: string, script: string): Promise<Project> {
  await applyMigrations({ databaseUrl: await makeEmptyDatabase(postgres, name), script });
  const supabase = await startProject(postgres, name);
  shutdown.add(name, () => supabase.stop());
  const client = new Client({ connectionString: supabase.databaseUrl });
  await client.connect();
  shutdown.add(`connection to ${name}`, () => client.end());
  return { supabase, client };
}

const git = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)('git', args, { maxBuffer: 2 ** 25 })).stdout;

/** The schema as users applied it at a revision, in one script or several. */
async function schemaOf(revision: string): Promise<string> {
  const files = await git('ls-tree', '--name-only', revision, 'migrations/');
  const scripts = files.split('\n').filter((file) => /\/lead-sync(-\d)?\.sql$/.test(file));
  if (scripts.length === 0) throw new Error(`${revision} has no schema in migrations/.`);
  return (await Promise.all(scripts.map((file) => git('show', `${revision}:${file}`)))).join('');
}

import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { publishBundle, runBundled } from '../../stack/workflows';
import type { Shutdown } from '../../stack/shutdown';
import { CloudflareApi } from '../../stand-ins/cloudflare';
import { assertAlike } from '../edge/invariants';
import { Violation } from '../edge/violation';
import { toldStep } from '../progress';
import { EdgeD1 } from './edge-d1';
import { besiege, type Siege } from './kills';
import { Load, untilUp, type Act } from './load';
import type { CrashOptions } from './options';
import { PARTS, type Part, type Processes } from './processes';
import { uuidOf } from './random';
import { SupabaseSide } from './supabase-side';

const WORKERD = 'workerd';
const SYNCS = ['supabase-to-d1-sync', 'd1-to-supabase-sync'];
const CHECK = 'd1-consistency-check';
/** Enough that a rebuild and a run have several pages. */
const LEADS = 5_000;
const NAMES = ['Ada', 'Grace', 'Linus', 'Edsger', 'Barbara'];
const KINDS = ['delivered', 'opened', 'clicked', 'replied'];
const QUIET_TIMEOUT_MS = 180_000;
const PAUSE_MS = 1_000;

export interface EdgeKillFigures {
  kills: number;
  byPart: Record<string, number>;
  /** Writes on both sides meanwhile. */
  writes: number;
  leads: number;
  events: number;
  violations: string[];
}

/** Kills n8n, PostgREST, PostgreSQL and workerd while rows go down and e-mails come up; then lets both sides come to rest and compares them. */
export async function killEdgeParts(
  options: CrashOptions,
  processes: Processes,
  shutdown: Shutdown,
): Promise<EdgeKillFigures> {
  const { databaseUrl } = processes.supabase;
  const supabase = new SupabaseSide(databaseUrl);
  const forLoad = new SupabaseSide(databaseUrl);
  const d1 = await toldStep('The edge replica is on', () => openEdge(processes, supabase, shutdown));
  await toldStep(`${LEADS} leads are there`, () =>
    supabase.query(
      `insert into public.leads (id, first_name) select md5('lead ' || i)::uuid, $2 from generate_series(1, $1::integer) as i`,
      [LEADS, NAMES[0]],
    ),
  );
  const load = new Load(options.seed, edgeActs(options.seed, forLoad, d1));
  const siege: Siege = {
    parts: [...PARTS, WORKERD],
    syncs: SYNCS,
    kill: (part) => (part === WORKERD ? d1.kill() : processes.kill(part as Part)),
    restart: (part) => (part === WORKERD ? d1.restart() : processes.restart(part as Part)),
    endLeases: () => endEdgeLeases(supabase),
  };
  const byPart = await besiege(options, processes, siege, load);
  const violations = await toldStep('Both sides come to rest', () => judgeEdge(processes, supabase, d1));
  const [{ leads, events }] = await supabase.query<{ leads: number; events: number }>(
    'select (select count(*)::integer from public.leads) as leads, (select count(*)::integer from public.email_events) as events',
  );
  await Promise.all([supabase.close(), forLoad.close()]);
  return { kills: options.kills, byPart, writes: load.writes, leads, events, violations };
}

async function openEdge(processes: Processes, supabase: SupabaseSide, shutdown: Shutdown): Promise<EdgeD1> {
  const { client } = processes.n8n;
  const d1 = await EdgeD1.open();
  shutdown.add('D1', () => d1.close());
  await d1.apply(await readFile('edge/migrations/0001_edge.sql', 'utf8'));
  const api = new CloudflareApi(d1);
  shutdown.add('Cloudflare API', () => api.close());
  const baseUrl = await api.listen();
  const { account: accountId, database: databaseId, token: apiToken } = api.access;
  await client.importCredentials([
    {
      name: 'Cloudflare D1 account (lead sync)',
      type: 'leadSyncCloudflareD1Api',
      data: { baseUrl, accountId, databaseId, apiToken },
    },
  ]);
  await publishBundle(client, { schedules: false, edge: true });
  await supabase.query('select public.enable_outreach()');
  await supabase.query('select public.enable_edge()');
  return d1;
}

/** Leads that come, change and go in Supabase; e-mails and what becomes of them at the edge. */
function edgeActs(seed: number, supabase: SupabaseSide, d1: EdgeD1): Readonly<Record<string, Act>> {
  let emails = 0;
  return {
    supabase: async (chance, n) => {
      const what = chance.fraction();
      const id = `md5('lead ' || ${1 + chance.below(LEADS)})::uuid`;
      const name = chance.oneOf(NAMES);
      await untilUp(() => {
        if (what < 0.1)
          return supabase.query(
            'insert into public.leads (id, first_name) values ($1, $2) on conflict (id) do nothing',
            [uuidOf(`edge ${seed} ${n}`), name],
          );
        if (what < 0.2) return supabase.query(`delete from public.leads where id = ${id}`);
        if (what < 0.3) return supabase.query(`update public.leads set deleted_at = now() where id = ${id}`);
        if (what < 0.4)
          return supabase.query('update public.leads set first_name = $1 where first_name = $2', [
            `${name} ${n}`,
            name,
          ]);
        return supabase.query(`update public.leads set first_name = $1 where id = ${id}`, [`${name} ${n}`]);
      });
    },
    edge: async (chance, n) => {
      const what = chance.fraction();
      if (emails === 0 || what < 0.3) {
        emails += 1;
        const values = [`e${emails}`, `Subject ${n}`];
        await untilUp(() => d1.rows('insert or ignore into emails (id, subject) values (?1, ?2)', ...values));
        return;
      }
      const email = `e${1 + chance.below(emails)}`;
      const event = [`v${n}`, email, chance.oneOf(KINDS), `2026-01-0${1 + chance.below(9)}T00:00:00.000Z`];
      await untilUp(() =>
        what < 0.5
          ? d1.rows('update emails set subject = ?1 where id = ?2', `Subject ${n}`, email)
          : d1.rows('insert or ignore into email_events (id, email_id, kind, at) values (?1, ?2, ?3, ?4)', ...event),
      );
    },
  };
}

/** Ends all leases as time would. Only while no worker is at work. */
async function endEdgeLeases(supabase: SupabaseSide): Promise<void> {
  await supabase.query(
    "update lead_sync.edge_runs set lease_until = now() - interval '1 second' where status = 'running'",
  );
}

/** Syncs both ways until nothing moves, and once more; gives what differs then, and what a check of all rows finds. */
async function judgeEdge({ n8n }: Processes, supabase: SupabaseSide, d1: EdgeD1): Promise<string[]> {
  const state = async (): Promise<string> =>
    JSON.stringify([
      await d1.rows('select id, edge_version from prospects order by id'),
      await supabase.query('select id, xmin::text as version from public.emails order by id'),
    ]);
  const sync = async (): Promise<void> => {
    for (const file of SYNCS) await runBundled(n8n.client, file);
  };
  const deadline = Date.now() + QUIET_TIMEOUT_MS;
  for (let before = ''; before !== (await state());) {
    if (Date.now() > deadline) return ['The edge did not become quiet.'];
    before = await state();
    await sync().catch(async () => {
      before = '';
      await delay(PAUSE_MS);
    });
  }
  const sides = {
    supabase: { read: <T>(sql: string) => supabase.query<T & object>(sql) as Promise<T[]> },
    d1,
    kept: new Map(),
    keptEvents: new Set<string>(),
  };
  try {
    await assertAlike(sides);
    await runBundled(n8n.client, CHECK);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    return [error.message];
  }
  const findings = await supabase.query<{ findings: object }>(
    "select findings from lead_sync.edge_runs where mode = 'check' and direction = 'down' and findings <> '{}'",
  );
  return findings.map((run) => `A check found ${JSON.stringify(run.findings)}`);
}

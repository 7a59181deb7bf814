import { Client } from 'pg';
import { bundledWorkflows } from '../../../cli/n8n/bundle';
import { importInstantPushCredential } from '../../../stack/instant-push';
import { measureScoring } from '../scoring/measure';
import { IDS_PAGE_SIZE } from '../../../nodes/Twenty/leads/get-ids';
import type { Direction, RunFigures } from '../../../stack/sync';
import { NO_STARTERS, publishBundle, setLeadSync, withStarters } from '../../../stack/workflows';
import { bundledWorkflow, withoutTimeLimit } from '../bundled';
import { watchLiveHeap } from '../live-heap';
import { watchMemory } from '../memory';
import { peopleOf } from '../people';
import { tell, toldStep } from '../../progress';
import { measureBurst } from '../realtime/burst';
import { LeadTable, untilSo } from '../realtime/sides';
import { lastRun, seedLeads } from '../seed-supabase';
import { emptyBothSides, slowed, type Stand } from '../stand';
import { timeWorkflow } from '../workflow-run';
import type { Measured } from './figures';
import type { Part } from './options';
import { watchPostgres } from './postgres';
import { seedLeadsOf, seedPeople } from './seed';

const RECONCILE = 'lead-sync-reconcile';
const FULL_PULL = 'twenty-to-supabase-lead-sync';
const EXECUTION_MS = 4 * 3_600_000;
const WEBHOOKS = { events: 2_000, records: 500, senders: 20 };
const QUIET_MS = 120_000;
/** Leads from which the live heap is asked for: it stops n8n for half a second, which a short part would notice. */
const LIVE_FROM = 100_000;
/** Until then n8n's collector has let the heap grow as far as it does. */
const WARM_UP_LEADS = 50_000;

/** Both sides of one size, and what is done with them. */
export class ScaleStage {
  private ids: string[] = [];

  private constructor(
    private readonly stand: Stand,
    private readonly client: Client,
    private readonly leads: number,
    private readonly latencyMs: number,
  ) {}

  /** Starts from empty sides, without the rules that a smaller size was scored by. */
  static async open(stand: Stand, leads: number, latencyMs: number): Promise<ScaleStage> {
    const client = new Client({ connectionString: stand.supabase.databaseUrl });
    await client.connect();
    await emptyBothSides(stand);
    await client.query('select public.roll_back_scoring_rules(0)');
    return new ScaleStage(stand, client, leads, latencyMs);
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  /** People in Twenty alone, or with a lead each. */
  async seed(withLeads: boolean): Promise<void> {
    this.ids = await seedPeople(this.stand, this.leads);
    if (withLeads) await seedLeadsOf(this.client, this.leads);
  }

  /** A pull that nobody measures: a new n8n's memory grows for its first half minute of work, whatever that is. */
  static async warmUp(stand: Stand): Promise<void> {
    const stage = await ScaleStage.open(stand, WARM_UP_LEADS, 0);
    try {
      await stage.seed(false);
      await toldStep(`Warm-up pull of ${WARM_UP_LEADS} leads`, () => stage.sync('twenty_to_supabase', {}));
    } finally {
      await stage.close();
    }
  }

  /** Measures one part. Rejects when it did not do what it is measured for. */
  async measure(part: Part): Promise<Measured> {
    const { stand, leads } = this;
    const work: Record<Part, () => Promise<number>> = {
      pull: () => this.sync('twenty_to_supabase', { read: leads, created: leads }),
      nothing: async () =>
        (await this.sync('twenty_to_supabase', { created: 0, updated: 0 })) +
        (await this.sync('supabase_to_twenty', { pushed: 0 })),
      reconcile: () => this.reconcile(),
      ranges: () => this.reconcileByRanges(),
      resync: () => this.resync(),
      webhooks: () => this.webhooks(),
      scoring: () => this.score(),
      push: () => this.sync('supabase_to_twenty', { pushed: leads }),
    };
    if (part === 'push') await this.newLeads();
    if (part === 'webhooks') await this.publishWebhooks();
    await stand.twenty.resetStats();
    stand.supabase.gateway.resetStats();
    const watched = await toldStep(`${part} at ${leads} leads`, () =>
      watchPostgres(this.client, () => watchMemory(stand.n8n.pid, () => this.watchedLive(work[part]))),
    );
    const { result: live, memory } = watched.result;
    const { calls } = await stand.twenty.stats();
    const measured: Measured = {
      seconds: Number(live.result.toFixed(2)),
      twenty_calls: calls,
      supabase_calls: stand.supabase.gateway.stats().requests,
      n8n_mb: part === 'scoring' ? null : Math.round(memory.peak_mb),
      n8n_live_mb: live.liveMb,
      postgres_mb: watched.peakMb,
      postgres_cpu_s: watched.processorS,
      database_mb: await this.databaseMb(),
      measured_at: new Date().toISOString(),
    };
    if (part === 'webhooks') await publishBundle(stand.n8n.client, NO_STARTERS);
    if (part === 'webhooks') await withoutTimeLimit(stand.n8n.client);
    tell(`  ${JSON.stringify(measured)}`);
    return measured;
  }

  private async watchedLive(work: () => Promise<number>): ReturnType<typeof watchLiveHeap<number>> {
    const { n8n, supabase } = this.stand;
    const slowedWork = () => slowed(this.stand, { latencyMs: this.latencyMs, twentySpeed: 'none' }, work);
    if (this.leads < LIVE_FROM) return { result: await slowedWork(), liveMb: {} };
    return await watchLiveHeap(n8n.pid, () => supabase.gateway.stats().requests, slowedWork);
  }

  private async databaseMb(): Promise<number> {
    const { rows } = await this.client.query<{ mb: number }>(
      'select round(pg_database_size(current_database()) / 1048576.0)::integer as mb',
    );
    return rows[0].mb;
  }

  private async sync(direction: Direction, figures: Partial<RunFigures>): Promise<number> {
    const { id } = await bundledWorkflow(direction);
    const seconds = await timeWorkflow(this.stand.n8n.client, id, EXECUTION_MS);
    await this.check(direction, figures);
    return seconds;
  }

  private async check(
    direction: Direction | 'bidirectional',
    figures: Record<string, number | undefined>,
  ): Promise<void> {
    const run = await lastRun(this.stand.supabase.databaseUrl, direction);
    if (run.status !== 'succeeded') throw new Error(`The run ended as ${run.status}: ${run.error}`);
    const counts = run.figures as Record<string, number | undefined>;
    for (const [name, wanted] of Object.entries(figures)) {
      if ((counts[name] ?? 0) !== wanted) throw new Error(`The run has ${name} ${counts[name] ?? 0}, not ${wanted}.`);
    }
  }

  private async resync(): Promise<number> {
    const { n8n } = this.stand;
    await setLeadSync(n8n.client, FULL_PULL, { mode: 'full' });
    const seconds = await this.sync('twenty_to_supabase', { read: this.leads, unchanged: this.leads, updated: 0 });
    await setLeadSync(n8n.client, FULL_PULL, { mode: 'delta' });
    return seconds;
  }

  private async reconcile(): Promise<number> {
    const { id } = (await bundledWorkflows()).get(RECONCILE) ?? { id: '' };
    const seconds = await timeWorkflow(this.stand.n8n.client, id, EXECUTION_MS);
    await this.check('bidirectional', { compared: this.leads, missing: 0, different: 0, orphaned: 0 });
    return seconds;
  }

  /** By its schedule: a run that a person starts compares all ids, and so does one of up to two pages of them. */
  private async reconcileByRanges(): Promise<number> {
    const { n8n } = this.stand;
    const compared = this.leads > 2 * IDS_PAGE_SIZE ? 'compared_in_ranges' : 'compared';
    const bundled = (await bundledWorkflows()).get(RECONCILE);
    if (!bundled) throw new Error(`workflows/${RECONCILE}.json is missing.`);
    const started = await this.client.query<{ now: Date }>('select clock_timestamp() as now');
    const often = withStarters(bundled, { schedules: true });
    const nodes = often.nodes.map((node) =>
      node.type.endsWith('scheduleTrigger')
        ? { ...node, parameters: { rule: { interval: [{ field: 'seconds', secondsInterval: 5 }] } } }
        : node,
    );
    await n8n.client.importWorkflows([{ ...often, nodes }]);
    await n8n.client.publish(bundled.id);
    let seconds: number | undefined;
    const isOver = async (): Promise<boolean> => {
      const { rows } = await this.client.query<{ seconds: number }>(
        "select extract(epoch from finished_at - started_at)::float8 as seconds from public.lead_sync_runs where mode = 'reconcile' and trigger = 'scheduled' and started_at > $1 and finished_at is not null",
        [started.rows[0].now],
      );
      seconds = rows[0]?.seconds;
      return seconds !== undefined;
    };
    await untilSo('The scheduled reconciliation', isOver, EXECUTION_MS);
    await n8n.client.unpublish(bundled.id);
    await this.check('bidirectional', { [compared]: this.leads, missing: 0, different: 0, orphaned: 0 });
    return seconds ?? 0;
  }

  private async publishWebhooks(): Promise<void> {
    const { n8n, twenty } = this.stand;
    await importInstantPushCredential(n8n.client);
    await publishBundle(n8n.client, { schedules: false, twentyWebhook: true });
    await untilSo('The webhook in Twenty', async () => (await twenty.countWebhooks()) > 0, QUIET_MS);
  }

  private async webhooks(): Promise<number> {
    const table = await LeadTable.open(this.stand.supabase.databaseUrl);
    try {
      const { events, records, senders } = WEBHOOKS;
      const burst = await measureBurst(this.stand, table, this.ids.slice(0, records), { events, senders });
      if (burst.applied !== burst.records)
        throw new Error(`${burst.applied} of ${burst.records} records were applied.`);
      return burst.seconds;
    } finally {
      await table.close();
    }
  }

  private async score(): Promise<number> {
    const { leads } = this;
    return (await measureScoring(this.stand.supabase, this.client, { leads, step: 5_000, sessions: 2 })).seconds;
  }

  /** As many leads of Supabase's own, and nobody in Twenty. */
  private async newLeads(): Promise<void> {
    await emptyBothSides(this.stand);
    const people = peopleOf({ name: 'scale', size: this.leads });
    await toldStep(`${this.leads} leads are in Supabase`, () => seedLeads(this.stand.supabase.databaseUrl, people));
  }
}

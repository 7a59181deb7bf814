import type { Direction, RunFigures } from '../../stack/sync';
import { bundledWorkflow } from './bundled';
import { watchProcessor } from './cpu';
import { processorPerThousand, rateOf, type Measure, type Memory, type SyncFigures } from './figures';
import { watchMemory } from './memory';
import type { BenchOptions } from './options';
import { companiesOf, onePercent, peopleOf } from './people';
import { tell, toldStep } from '../progress';
import { measureReconcile } from './reconcile';
import { editLeads, lastRun, seedLeads } from './seed-supabase';
import { editPeople, seedPeople } from './seed-twenty';
import { measureRaw } from './raw';
import { emptyBothSides, slowed, type Stand } from './stand';
import { timeoutMs, timeWorkflow } from './workflow-run';

/** A sync slower than this has hung. */
const LEAST_LEADS_PER_SECOND = 40;
/** An n8n that has just started takes twice the processor for the first leads: V8 compiles what runs often. */
const WARM_UP_LEADS = 10_000;
const FEW_LEADS = 1_000;
const REFERENCE_LEADS = 10_000;

interface Counted {
  measure: Measure;
  memory: Memory;
  /** Bytes read from Twenty. */
  bytes: number;
}

interface Expected {
  /** Leads that the run is about. */
  leads: number;
  /** What the run's figures must say, or the measurement is worth nothing. */
  figures: Partial<RunFigures>;
}

/** The two syncs in real n8n, over leads of its own making. */
class SyncBench {
  constructor(
    private readonly stand: Stand,
    private readonly options: BenchOptions,
  ) {}

  /** Empties both sides and puts people into Twenty; gives their ids. */
  async freshPeople(name: string, size: number): Promise<string[]> {
    return await toldStep(`${size} people are in Twenty`, async () => {
      await emptyBothSides(this.stand);
      return await seedPeople(this.stand.twenty.client, peopleOf({ name, size }));
    });
  }

  async run(title: string, direction: Direction, expected: Expected): Promise<Counted> {
    const { stand } = this;
    const { id } = await bundledWorkflow(direction);
    return await toldStep(title, async () => {
      await stand.twenty.resetStats();
      stand.supabase.gateway.resetStats();
      const timeout = timeoutMs(expected.leads, LEAST_LEADS_PER_SECOND);
      const { result, memory } = await slowed(stand, this.options, () =>
        watchMemory(stand.n8n.pid, () =>
          watchProcessor(stand.n8n.pid, () => timeWorkflow(stand.n8n.client, id, timeout)),
        ),
      );
      const { result: seconds, seconds: processor } = result;
      const { calls, bytesOut } = await stand.twenty.stats();
      const { requests } = stand.supabase.gateway.stats();
      await this.check(title, direction, expected.figures);
      const measure = {
        ...rateOf(expected.leads, seconds),
        twenty_calls: calls,
        supabase_calls: requests,
        n8n_cpu_s_per_1000: processorPerThousand(processor, expected.leads),
      };
      tell(
        `  ${measure.leads_per_s} leads/s, ${calls} Twenty calls, ${requests} Supabase calls, ${processor.toFixed(2)} s of n8n's CPU, its memory ${memory.baseline_mb} MB before, ${memory.peak_mb} MB at most`,
      );
      return { measure, memory, bytes: bytesOut };
    });
  }

  private async check(title: string, direction: Direction, figures: Partial<RunFigures>): Promise<void> {
    const run = await lastRun(this.stand.supabase.databaseUrl, direction);
    if (run.status !== 'succeeded') throw new Error(`${title}: the run ended as ${run.status}: ${run.error}`);
    for (const [name, wanted] of Object.entries(figures) as Array<[keyof RunFigures, number]>) {
      const found = run.figures[name] ?? 0;
      if (found !== wanted) throw new Error(`${title}: the run has ${name} ${found}, not ${wanted}.`);
    }
  }

  async pullNew(title: string, leads: number): Promise<Counted> {
    return await this.run(title, 'twenty_to_supabase', { leads, figures: { read: leads, created: leads } });
  }

  async pullNothing(leads: number): Promise<Counted> {
    return await this.run(`Pull without changes, ${leads} leads`, 'twenty_to_supabase', {
      leads,
      figures: { created: 0, updated: 0 },
    });
  }

  async pullEdited(ids: readonly string[]): Promise<Counted> {
    await toldStep(`${ids.length} people are edited`, () =>
      editPeople(this.stand.twenty.client, ids, 'Edited in Twenty'),
    );
    return await this.run('Pull of 1 % changed', 'twenty_to_supabase', {
      leads: ids.length,
      figures: { updated: ids.length },
    });
  }

  /** Puts new leads into Supabase and pushes them. */
  async pushNew(name: string, size: number): Promise<Counted & { ids: string[]; companies: number }> {
    const people = peopleOf({ name, size });
    const ids = await toldStep(`${size} other leads are in Supabase`, () =>
      seedLeads(this.stand.supabase.databaseUrl, people),
    );
    const counted = await this.run(`First push of ${size} leads`, 'supabase_to_twenty', {
      leads: size,
      figures: { pushed: size },
    });
    return { ...counted, ids, companies: companiesOf(people).length };
  }

  async pushEdited(title: string, ids: readonly string[]): Promise<Counted> {
    await toldStep(`${ids.length} leads are edited`, () =>
      editLeads(this.stand.supabase.databaseUrl, ids, `Edited in Supabase: ${title}`),
    );
    return await this.run(title, 'supabase_to_twenty', {
      leads: ids.length,
      figures: { pushed: ids.length },
    });
  }
}

/**
 * Measures the bundled workflows in real n8n: after a warm-up, the first pull, one without changes and one of 1 %, then
 * the first push of as many other leads and one of 1 %. Rejects when a run did not do what it was measured for.
 */
export async function measureSync(stand: Stand, options: BenchOptions): Promise<SyncFigures> {
  const { leads, latencyMs, twentySpeed } = options;
  const bench = new SyncBench(stand, options);
  const warmUpPeople = await bench.freshPeople('warm-up', WARM_UP_LEADS);
  await bench.pullNew(`Warm-up pull of ${WARM_UP_LEADS} leads`, WARM_UP_LEADS);
  await bench.pushNew('warm-up-push', FEW_LEADS);
  await bench.pullEdited(onePercent(warmUpPeople));

  await bench.freshPeople('few', FEW_LEADS);
  await bench.pullNew(`Pull of ${FEW_LEADS} leads`, FEW_LEADS);
  const noChangeSmall = await bench.pullNothing(FEW_LEADS);

  let referenceMemory: SyncFigures['reference_memory'] = null;
  if (leads > REFERENCE_LEADS) {
    await bench.freshPeople('reference', REFERENCE_LEADS);
    const pull = await bench.pullNew(`Pull of ${REFERENCE_LEADS} leads, for its memory`, REFERENCE_LEADS);
    const push = await bench.pushNew('reference-push', REFERENCE_LEADS);
    referenceMemory = { leads: REFERENCE_LEADS, pull: pull.memory, push: push.memory };
  }

  const people = await bench.freshPeople('people', leads);
  const firstPull = await bench.pullNew(`First pull of ${leads} leads`, leads);
  const noChange = await bench.pullNothing(leads);
  const reconcile = await measureReconcile(stand, leads, latencyMs);
  const deltaPull = await bench.pullEdited(onePercent(people));
  const firstPush = await bench.pushNew('leads', leads);
  const deltaPush = await bench.pushEdited('Push of 1 % changed', onePercent(firstPush.ids));
  // next to a raw client that changes everybody
  const fullPush =
    twentySpeed === 'none' ? null : (await bench.pushEdited('Push of all, changed', firstPush.ids)).measure;
  return {
    first_pull: firstPull.measure,
    delta_pull: deltaPull.measure,
    no_change: noChange.measure,
    no_change_at_1000: noChangeSmall.measure,
    first_push: firstPush.measure,
    delta_push: deltaPush.measure,
    full_push: fullPush,
    raw: twentySpeed === 'none' ? null : await measureRaw(stand, options),
    push_companies: firstPush.companies,
    reconcile,
    bytes: { full: firstPull.bytes, delta: deltaPull.bytes },
    memory: { pull: firstPull.memory, push: firstPush.memory },
    reference_memory: referenceMemory,
  };
}

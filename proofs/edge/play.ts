import { checkSides, syncDown, syncUp, type EdgeOrder, type EdgePorts } from '../../nodes/CloudflareD1/loops';
import { QUIET_EDGE } from '../quiet-control';
import { Worker } from '../schedules/runs/worker';
import { Violation } from './violation';
import { assertAlike, assertBuilt } from './invariants';
import type { Fault, Flow, Schedule, Step } from './schedule';
import { CallError, SupabaseSide } from './supabase-side';
import { World } from './world';

const ORDER: EdgeOrder = { mode: 'changes', trigger: 'scheduled', table: null, full: false, reportOnly: false };
/** What no trigger and no answer tells of. */
const ONLY_A_CHECK_FINDS = new Set<Step['do']>(['write lead unseen', 'edit replica', 'restore D1']);
/** More rounds than that, and a run that should end does not. */
const MOST_CALLS = 400;

const leadId = (lead: number): string => `${lead}0000000-0000-4000-8000-00000000000${lead}`;
const WRITE_LEAD = `insert into public.leads (id, first_name) values ($1, $2)
  on conflict (id) do update set first_name = excluded.first_name, deleted_at = null`;

/** A database and a D1 in which schedules are played, one after another. */
export class Stage {
  private workers = new Map<number, Worker>();
  private constructor(private readonly world: World) {}

  static async open(databaseUrl: string): Promise<Stage> {
    return new Stage(await World.open(await SupabaseSide.open(databaseUrl)));
  }

  async close(): Promise<void> {
    await this.world.supabase.close();
    await this.world.d1.close();
  }

  /**
   * Plays a schedule, lets both sides come to rest and asserts every invariant.
   * @throws Violation when one does not hold
   */
  async play(schedule: Schedule): Promise<void> {
    this.workers.clear();
    await this.world.clear();
    for (const step of schedule) await this.take(step);
    await this.comeToRest(schedule.some((step) => ONLY_A_CHECK_FINDS.has(step.do)));
  }

  private async take(step: Step): Promise<void> {
    const { supabase, d1 } = this.world;
    switch (step.do) {
      case 'write lead':
        await supabase.write(WRITE_LEAD, [leadId(step.lead), step.name]);
        return;
      case 'write lead unseen':
        await supabase.writeUnseen('update public.leads set first_name = $2 where id = $1', [
          leadId(step.lead),
          step.name,
        ]);
        return;
      case 'delete lead':
        this.world.deleted.add(leadId(step.lead));
        await supabase.write(
          step.softly
            ? 'update public.leads set deleted_at = now() where id = $1'
            : 'delete from public.leads where id = $1',
          [leadId(step.lead)],
        );
        return;
      case 'begin writing':
        await supabase.beginWriting('update public.leads set first_name = $2 where id = $1', [
          leadId(step.lead),
          step.name,
        ]);
        return;
      case 'end writing':
        await supabase.endWriting(step.commits);
        return;
      case 'write e-mail':
        await d1.rows(
          `insert into emails (id, subject) values (?1, ?2) on conflict (id) do update set subject = excluded.subject where subject is not excluded.subject`,
          `e${step.email}`,
          step.subject,
        );
        return;
      case 'write event':
        await d1.rows(
          'insert into email_events (id, email_id, kind, at) values (?1, ?2, ?3, ?4) on conflict (id) do nothing',
          `v${step.event}`,
          `e${step.email}`,
          step.kind,
          `2026-01-0${step.day}T00:00:00.000Z`,
        );
        return;
      case 'edit replica':
        await d1.rows('update prospects set first_name = ?2 where id = ?1', leadId(step.lead), step.name);
        return;
      case 'start':
        await this.start(step.worker, step.flow);
        return;
      case 'call':
        for (let call = 0; call < step.times; call += 1)
          await this.workers.get(step.worker)?.step(faultOf(step.fault, call));
        this.reportViolation(step.worker);
        return;
      case 'ask for rebuild':
        await this.world.rpc('request_edge_rebuild', { p_request: { tables: ['prospects'] } });
        return;
      case 'die':
        this.workers.delete(step.worker);
        return;
      case 'leases end':
        await supabase.leasesEnd();
        return;
      case 'repeat':
        await this.world.repeat(step.call);
        return;
      case 'bookmark':
        this.world.bookmark = await d1.bookmark();
        return;
      case 'restore D1':
        await this.world.restore();
    }
  }

  private async start(name: number, flow: Flow): Promise<Worker> {
    const worker = new Worker(`${flow} ${name}`, () => 0);
    this.workers.set(name, worker);
    await worker.start(async () => {
      const ports = this.portsOf(worker);
      if (flow === 'check') await checkSides(ports, { ...ORDER, full: true });
      else if (flow === 'up') await syncUp(ports, ORDER);
      else await syncDown(ports, { ...ORDER, mode: flow === 'rebuild' ? 'rebuild' : 'changes' });
    });
    return worker;
  }

  /** Both sides as the loops see them: a worker stands still before each call. */
  private portsOf(worker: Worker): EdgePorts {
    const { world } = this;
    const meeting = async <T>(label: string, call: () => Promise<T>): Promise<T> =>
      await worker.call(label, async (met) => {
        const fault = met as unknown as Fault | null;
        if (fault === 'unreachable') throw new Error('unreachable');
        const answer = await call();
        if (fault === 'lost') throw new Error('The answer was lost');
        return answer;
      });
    return {
      store: { rpc: (name, args) => meeting(name, () => world.rpc(name, args)) },
      d1: { batch: (statements) => meeting('D1', () => world.batch(statements)) },
      control: {
        ...QUIET_EDGE,
        now: () => 0,
        isHopeless: (error) => error instanceof CallError || error instanceof Violation,
        tries: 3,
      },
    };
  }

  private reportViolation(name: number): void {
    const error = this.workers.get(name)?.error;
    if (error instanceof Violation) throw error;
    // a lease that was taken over and calls that failed thrice end a run; anything else is a fault of the code
    if (error instanceof Error && !/unreachable|The answer was lost|lease was taken over/.test(error.message)) {
      throw new Violation('Runs', error.message);
    }
  }

  /** Faults have stopped: runs of both directions, and a check; then nothing is left to do. */
  private async comeToRest(needsCheck: boolean): Promise<void> {
    const { world } = this;
    this.workers.clear();
    await world.supabase.endWriting(true);
    await world.supabase.leasesEnd();
    for (const flow of ['down', 'up'] as const) await this.run(flow);
    if (!needsCheck) await assertAlike(world);
    assertBuilt(world);
    for (const flow of ['check', 'down', 'up'] as const) await this.run(flow);
    await assertAlike(world);
    const before = JSON.stringify(await world.d1.bookmark());
    for (const flow of ['down', 'check', 'up'] as const) await this.run(flow);
    if (JSON.stringify(await world.d1.bookmark()) !== before)
      throw new Violation('Quiet', 'one more round writes to D1');
    const found = await world.supabase.read(
      `select r.figures from lead_sync.edge_runs as r where r.mode = 'check' and r.direction = 'down' order by r.started_at desc limit 1`,
    );
    const figures = (found[0]?.figures ?? {}) as Record<string, number>;
    if (figures.repaired) throw new Violation('Quiet', `one more check repairs ${figures.repaired} rows`);
  }

  private async run(flow: Flow): Promise<void> {
    const worker = await this.start(0, flow);
    for (let call = 0; !worker.isDone; call += 1) {
      if (call === MOST_CALLS) throw new Violation('Quiet', `a run ${flow} does not end`);
      await worker.step();
    }
    this.reportViolation(0);
    if (worker.error !== null) throw worker.error as Error;
  }
}

function faultOf(fault: Fault, call: number): never | null {
  // the first call meets it; those that try again get through
  return (fault === 'none' || call > 0 ? null : fault) as never;
}

import { VirtualClock } from './systems/clock';
import { SyncDatabase } from './systems/database';
import { assertDealsConverged } from './deals/converged';
import { Deals } from './deals/deals';
import { drain, pull, push, reconcile, syncDeals } from './runs/flows';
import { withoutChance } from './systems/ids';
import { assertConverged, assertMergedJoined, type Reach } from './invariants/converged';
import { look } from './invariants/look';
import { assertConflictsDiffer } from './invariants/equality';
import { assertMergesDone } from './invariants/merges';
import { assertNothingLost } from './invariants/nothing-lost';
import { assertReplayChangesNothing } from './invariants/replay';
import { assertTouchesKept } from './invariants/touches';
import { Player } from './steps/player';
import type { Schedule } from './steps/schedule';
import { stopAsking } from './users/approvals';
import { removeFilters } from './users/filters';
import { TwentySide } from './systems/twenty-side';
import { Violation } from './violation';
import { World, type Exemptions } from './world/world';

const MOST_CYCLES = 12;

/** A schedule that has passed. */
export interface Played {
  exemptions: Exemptions;
  /** A digest of the database as it was left: the same whenever the schedule is played. */
  end: string;
}

/** One database and one Twenty in which schedules are played, one after another. */
export class Stage {
  private readonly clock: VirtualClock;
  private readonly twenty: TwentySide;

  private constructor(
    private readonly database: SyncDatabase,
    clock: VirtualClock,
  ) {
    this.clock = clock;
    this.twenty = new TwentySide(clock);
  }

  /** @param databaseUrl a database that `migrateOnTestClock` has made */
  static async open(databaseUrl: string): Promise<Stage> {
    const clock = new VirtualClock();
    return new Stage(await SyncDatabase.open(databaseUrl, clock), clock);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /**
   * Plays a schedule, lets the sync come to rest and asserts every invariant.
   * @throws Violation when one does not hold; anything else is a fault of the code under test or of the stage
   */
  async play(schedule: Schedule): Promise<Played> {
    this.clock.reset();
    await this.database.clear(schedule.conditions.deletion);
    await this.twenty.clear(schedule.conditions.skew * 1000);
    const world = new World(this.clock, this.database, this.twenty, schedule.conditions);
    const deals = new Deals(world);
    const player = new Player(world, deals);
    const hasDeals = schedule.steps.some(({ do: what }) => / deals?$/.test(what));
    await withoutChance(async () => {
      await player.play(schedule);
      await new Ending(world, player, hasDeals ? deals : null).assertAll();
    });
    return { exemptions: world.exemptions, end: JSON.stringify(await this.database.fingerprint()) };
  }
}

/** Faults have stopped, and all that filters left outside or that waits for a yes flows: first only deltas run, then a reconciliation; a full read where even that has nothing to go by. */
class Ending {
  constructor(
    private readonly world: World,
    private readonly player: Player,
    /** Null where a schedule has none. */
    private readonly deals: Deals | null,
  ) {}

  async assertAll(): Promise<void> {
    const { world, player } = this;
    await stopAsking(world);
    await removeFilters(world);
    await this.comeToRest();
    assertConverged(world, 'deltas');
    await this.assertDeals('deltas');

    await player.run(reconcile(world, 'manual'));
    if (this.deals) await player.run(syncDeals(world, this.deals, 'reconcile all'));
    await this.comeToRest();
    assertConverged(world, 'reconciliation');
    await this.assertDeals('reconciliation');

    if (world.tracelessPeople.size > 0) {
      await player.run(pull(world, 'full'));
      await this.comeToRest();
    }
    assertConverged(world, 'everything');
    if (this.deals) {
      await player.run(syncDeals(world, this.deals, 'full pull'));
      await this.comeToRest();
      await this.assertDeals('everything');
    }
    assertMergedJoined(world);
    await assertNothingLost(world);
    await assertConflictsDiffer(world);
    await assertTouchesKept(world);
    await assertMergesDone(world);
    await assertReplayChangesNothing(world);
  }

  private async assertDeals(reach: Reach): Promise<void> {
    if (this.deals) await assertDealsConverged(this.world, this.deals, reach);
  }

  /** Leases and waits end; both directions run until a whole cycle has written nothing, and one more to be sure. */
  private async comeToRest(): Promise<void> {
    const { world, player } = this;
    for (let cycle = 0, quiet = 0; quiet < 2; cycle += 1) {
      if (cycle === MOST_CYCLES)
        throw new Violation('Quiet', `after ${MOST_CYCLES} cycles, each still writes something`);
      world.clock.advance(7 * 3_600_000);
      const before = await this.state();
      await player.run(drain(world));
      await player.run(pull(world, 'delta'));
      await player.run(push(world, { withRun: true, lease: null }));
      if (this.deals) {
        await player.run(syncDeals(world, this.deals, 'drain'));
        await player.run(syncDeals(world, this.deals, 'pull'));
        await player.run(syncDeals(world, this.deals, 'push'));
      }
      quiet = (await this.state()) === before ? quiet + 1 : 0;
    }
    await look(world);
    await this.assertInboxEmpty();
  }

  /** Every hint that came has been answered by a read. */
  private async assertInboxEmpty(): Promise<void> {
    const waiting = await this.world.database.read('select from lead_sync.inbox');
    if (waiting.length > 0) throw new Violation('Converged', `${waiting.length} records wait in the inbox`);
  }

  /** All rows and all records, to the time of their last write; not deals that wait for their lead, and are looked at now and then. */
  private async state(): Promise<string> {
    const { database, twenty } = this.world;
    const [{ leads }] = await database.read<{ leads: string }>(
      `select concat(
        (select md5(string_agg(l::text, '|' order by l.id)) from public.leads as l), (select md5(string_agg(o::text, '|' order by o.id)) from public.opportunities as o where o.sync_status = 'synced')
      ) as leads`,
    );
    const records = [...twenty.people(), ...(this.deals?.records() ?? [])];
    return JSON.stringify([leads, records.map(({ id, updatedAt, deletedAt }) => [id, updatedAt, deletedAt])]);
  }
}

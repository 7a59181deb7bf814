import type { Snapshot, Absence, PushResult, Write } from '../../../nodes/lead';
import type { Control, StorePort } from '../../../nodes/runs/control';
import type { Ports, TwentyPort } from '../../../nodes/LeadSync/loops/ports';
import { getChangedPage } from '../../../nodes/Twenty/leads/get-changed';
import { getIdsPage } from '../../../nodes/Twenty/leads/get-ids';
import { getLeadsByIdOrEmail } from '../../../nodes/Twenty/leads/get-many';
import { mergePeople } from '../../../nodes/Twenty/leads/merge-people';
import { mappableFields } from '../../../nodes/Twenty/workspace/mappable-fields';
import { summariseRange } from '../../../nodes/Twenty/leads/summarise-range';
import { pushLeads } from '../../../nodes/Twenty/leads/push';
import { selectOptions } from '../../../nodes/Twenty/leads/scope';
import { noteWritten, sentValues, type DoorResult } from '../world/agreement';
import { RpcError, type Json } from '../systems/database';
import { QUIET } from '../../quiet-control';
import type { Worker } from './worker';
import type { World } from '../world/world';
import type { TwentyClient } from '../../../nodes/Twenty/transport/client';
import { callDatabase, callTwenty } from './calls';
import { nothingPlanned, type Planned } from './effects';

/** Small, so that few leads make several batches. */
const BATCH_SIZE = 4;

interface Plan {
  results: DoorResult[];
  writes: Array<Write & Json>;
  lease_seconds: number | null;
}

/** Both sides as the loops see them: a worker stands still before each call, and the world notes what comes of it. */
export function portsOf(world: World, worker: Worker): Ports {
  const store = new NotingStore(world, worker);
  return { twenty: () => twentyOf(world, worker, store), store, control: controlOf(world) };
}

function twentyOf(world: World, worker: Worker, store: NotingStore): TwentyPort {
  const clientOf = (planned: Planned | null): TwentyClient =>
    world.twenty.clientWith((request) => callTwenty(world, worker, planned, request));
  const client = clientOf(null);
  const { scope } = world.twenty;
  const read = async <R extends { leads: object[] }>(reading: Promise<R>): Promise<R> => {
    const found = await reading;
    for (const lead of found.leads) store.readAt.set(lead, worker.readAt);
    return found;
  };
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => {
      const page = await read(getChangedPage(client, scope, window));
      if (window.position === null) world.twenty.openWindow();
      return page;
    },
    getIdsPage: (request) => getIdsPage(client, scope.object, request),
    summariseRange: (range) => summariseRange(client, scope.object, range),
    getOptions: (field) => Promise.resolve(selectOptions(scope, field)),
    getFields: () => Promise.resolve(mappableFields(scope.object)),
    getLeads: (asked) => read(getLeadsByIdOrEmail(client, scope, asked)),
    pushLeads: (writes, options) =>
      pushLeads(clientOf(store.planOf(writes)), scope, writes, { ...options, batchSize: BATCH_SIZE }),
    mergePeople: (people) => mergePeople(clientOf(nothingPlanned(people)), scope.object, people),
  };
}

/** Time is the schedule's, and nothing is told. */
export function controlOf({ clock }: World): Control {
  return {
    ...QUIET,
    now: clock.now,
    sleep: clock.sleep,
    isHopeless: isFenced,
    tries: 3,
    pause: 2_000,
  };
}

/** The run was taken over. */
export function isFenced(error: unknown): boolean {
  return error instanceof RpcError && error.code === 'PT409';
}

interface NotedPlan extends Planned {
  writes: readonly Write[];
}

/** The database, with notes of what was merged, planned and settled. */
class NotingStore implements StorePort {
  /** Ledger time of the read that brought a snapshot. */
  readonly readAt = new WeakMap<object, number>();
  /** By the token of the claim that was planned. */
  private readonly plans = new Map<string, NotedPlan>();

  constructor(
    private readonly world: World,
    private readonly worker: Worker,
  ) {}

  /** The plan that these writes are of, all or some. */
  planOf([first]: readonly Write[]): Planned {
    return [...this.plans.values()].find((plan) => plan.writes.includes(first)) ?? nothingPlanned();
  }

  async rpc<T>(name: string, args: Json): Promise<T> {
    const { world, worker } = this;
    const answer = await callDatabase<T>(world, worker, name, args);
    // the first read of a pull counts as begun now
    if (name === 'start_sync_run' && args.p_direction === 'twenty_to_supabase') world.twenty.openWindow();
    if (name === 'upsert_leads') this.noteMerged(args, answer as Plan);
    if (name === 'update_sync_status') this.noteSettled(args, answer as { results: Json[] });
    return answer;
  }

  private noteSettled(args: Json, { results: settled }: { results: Json[] }): void {
    const { world, plans } = this;
    const results = args.p_results as PushResult[];
    // of a lead that is given back unplanned, what was intended before may still have landed
    const known = results.filter((result) => result.ok || (result.outcome !== 'unknown' && 'op' in result));
    for (const { lead_id: leadId } of known) world.intended.delete(leadId);
    const plan = plans.get(args.p_claim_token as string);
    if (plan) noteWritten(world.ledger, { writes: plan.writes, results, settled, writtenAt: plan.writtenAt });
  }

  private noteMerged(args: Json, { results, writes, lease_seconds: leaseSeconds }: Plan): void {
    const { world, worker } = this;
    const snapshots = args.p_leads as Array<Snapshot | Absence>;
    const readStartedAt = args.p_read_started_at as string;
    const [first] = snapshots;
    const readAt = (first && this.readAt.get(first)) ?? worker.readAt;
    world.noteDelivery({ snapshots, readStartedAt, readAt }, results);
    for (const write of writes) world.intended.set(write.lead_id, sentValues(write));
    if (writes.length === 0) return;
    this.plans.set(args.p_claim_token as string, {
      writes,
      readAt,
      plannedAt: world.ledger.now,
      writtenAt: 0,
      leaseEnd: world.clock.now() + (leaseSeconds ?? 0) * 1000,
      updates: new Set(writes.filter(({ op }) => op !== 'create').map((write) => write.twenty_id)),
      creates: new Set(writes.filter(({ op }) => op === 'create').map((write) => write.lead_id)),
      merging: null,
    });
  }
}

import type { Snapshot, Absence, PushResult, Write } from '../../../nodes/lead';
import type { Control, StorePort } from '../../../nodes/runs/control';
import type { Ports, TwentyPort } from '../../../nodes/LeadSync/loops/ports';
import { getChangedPage } from '../../../nodes/Twenty/leads/get-changed';
import { getIdsPage } from '../../../nodes/Twenty/leads/get-ids';
import { getLeadsByIdOrEmail } from '../../../nodes/Twenty/leads/get-many';
import { mergePeople } from '../../../nodes/Twenty/leads/merge-people';
import { pushLeads } from '../../../nodes/Twenty/leads/push';
import { noteWritten, sentValues, type DoorResult } from '../world/agreement';
import { RpcError, type Json } from '../systems/database';
import { QUIET } from '../../quiet-control';
import type { Worker } from './worker';
import type { World } from '../world/world';
import { callDatabase, callTwenty } from './calls';

/** Small, so that few leads make several batches. */
const BATCH_SIZE = 4;

/** Calls after which people are read who are then written. */
const BEFORE_READS = new Set(['get_leads_for_sync', 'merge_leads', 'continue_merges']);

interface Plan {
  results: DoorResult[];
  writes: Array<Write & Json>;
  lease_seconds: number | null;
}

/** Both sides as the loops see them: a worker stands still before each call, and the world notes what comes of it. */
export function portsOf(world: World, worker: Worker): Ports {
  return { twenty: () => twentyOf(world, worker), store: new NotingStore(world, worker), control: controlOf(world) };
}

function twentyOf(world: World, worker: Worker): TwentyPort {
  const client = world.twenty.clientWith((request) => callTwenty(world, worker, request));
  const { scope } = world.twenty;
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => {
      const page = await getChangedPage(client, scope, window);
      if (window.position === null) world.twenty.openWindow();
      return page;
    },
    getIdsPage: (request) => getIdsPage(client, scope.object, request),
    getLeads: (asked) => getLeadsByIdOrEmail(client, scope, asked),
    pushLeads: (writes, options) => pushLeads(client, scope, writes, { ...options, batchSize: BATCH_SIZE }),
    mergePeople: (people) => {
      worker.merging = people;
      return mergePeople(client, scope.object, people);
    },
  };
}

function controlOf({ clock }: World): Control {
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

/** The database, with notes of what was merged, planned and settled. */
class NotingStore implements StorePort {
  private writes: Write[] = [];

  constructor(
    private readonly world: World,
    private readonly worker: Worker,
  ) {}

  async rpc<T>(name: string, args: Json): Promise<T> {
    const { world, worker } = this;
    if (BEFORE_READS.has(name)) worker.phase = 'read';
    const answer = await callDatabase<T>(world, worker, name, args);
    // the first read of a pull counts as begun now
    if (name === 'start_sync_run' && args.p_direction === 'twenty_to_supabase') world.twenty.openWindow();
    if (name === 'upsert_leads') this.noteMerged(args, answer as Plan);
    if (name === 'update_sync_status') {
      const { results } = answer as { results: Json[] };
      const { writes } = this;
      const known = (args.p_results as PushResult[]).filter((result) => result.ok || result.outcome !== 'unknown');
      for (const { lead_id: leadId } of known) world.intended.delete(leadId);
      noteWritten(world.ledger, {
        writes,
        results: args.p_results as PushResult[],
        settled: results,
        writtenAt: worker.writtenAt,
      });
    }
    return answer;
  }

  private noteMerged(args: Json, { results, writes, lease_seconds: leaseSeconds }: Plan): void {
    const { world, worker } = this;
    const snapshots = args.p_leads as Array<Snapshot | Absence>;
    const readStartedAt = args.p_read_started_at as string;
    world.noteDelivery({ snapshots, readStartedAt, readAt: worker.readAt }, results);
    this.writes = writes;
    for (const write of writes) world.intended.set(write.lead_id, sentValues(write));
    if (writes.length === 0) return;
    worker.phase = 'write';
    worker.plannedAt = world.ledger.now;
    worker.leaseEnd = world.clock.now() + (leaseSeconds ?? 0) * 1000;
    worker.updates = new Set(writes.filter(({ op }) => op !== 'create').map((write) => write.twenty_id));
    worker.creates = new Set(writes.filter(({ op }) => op === 'create').map((write) => write.lead_id));
  }
}

import type { Absence, Snapshot, Write } from '../../../nodes/lead';
import type { Ports, TwentyPort } from '../../../nodes/LeadSync/loops/ports';
import type { StorePort } from '../../../nodes/runs/control';
import { getChangedPage } from '../../../nodes/Twenty/leads/get-changed';
import { getIdsPage } from '../../../nodes/Twenty/leads/get-ids';
import { getLeadsByIdOrEmail } from '../../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../../nodes/Twenty/leads/push';
import { selectOptions } from '../../../nodes/Twenty/leads/scope';
import { mappableFields } from '../../../nodes/Twenty/workspace/mappable-fields';
import { summariseRange } from '../../../nodes/Twenty/leads/summarise-range';
import type { TwentyClient } from '../../../nodes/Twenty/transport/client';
import { callDatabase, callTwenty } from '../runs/calls';
import { nothingPlanned, type Planned } from '../runs/effects';
import { controlOf } from '../runs/ports';
import type { Worker } from '../runs/worker';
import type { Json } from '../systems/database';
import type { World } from '../world/world';
import type { Deals } from './deals';

/** Small, so that few deals make several batches. */
const BATCH_SIZE = 4;

/** Both sides as the loops see them in a run of deals. */
export function dealPortsOf(world: World, worker: Worker, deals: Deals): Ports {
  const store = new DealStore(world, worker, deals);
  return { twenty: () => twentyOf(world, worker, deals, store), store, control: controlOf(world) };
}

function twentyOf(world: World, worker: Worker, deals: Deals, store: DealStore): TwentyPort {
  const clientOf = (planned: Planned | null, onAnswer = (): void => undefined): TwentyClient =>
    world.twenty.clientWith(async (request) => {
      const answer = await callTwenty(world, worker, planned, request);
      onAnswer();
      return answer;
    });
  const client = clientOf(null);
  const { dealScope: scope } = world.twenty;
  const read = async <R extends { leads: object[] }>(reading: (client: TwentyClient) => Promise<R>): Promise<R> => {
    let readAt = 0;
    const found = await reading(
      clientOf(null, () => {
        readAt = deals.now;
      }),
    );
    for (const lead of found.leads) store.readAt.set(lead, readAt);
    return found;
  };
  return {
    callsPerMinute: () => client.callsPerMinute,
    getChangedPage: async (window) => {
      const page = await read((own) => getChangedPage(own, scope, window));
      if (window.position === null) deals.openWindow();
      return page;
    },
    getIdsPage: (request) => getIdsPage(client, scope.object, request),
    summariseRange: (range) => summariseRange(client, scope.object, range),
    getOptions: (field) => Promise.resolve(selectOptions(scope, field)),
    getFields: () => Promise.resolve(mappableFields(scope.object)),
    getLeads: (asked) => read((own) => getLeadsByIdOrEmail(own, scope, asked)),
    pushLeads: (writes, options) =>
      pushLeads(clientOf(store.planOf(writes)), scope, writes, { ...options, batchSize: BATCH_SIZE }),
    mergePeople: () => Promise.reject(new Error('Deals are not merged.')),
  };
}

/** The database, with notes of what was planned. */
class DealStore implements StorePort {
  /** When the read began that brought a snapshot. */
  readonly readAt = new WeakMap<object, number>();
  private readonly plans: Array<Planned & { writes: readonly Write[] }> = [];

  constructor(
    private readonly world: World,
    private readonly worker: Worker,
    private readonly deals: Deals,
  ) {}

  planOf([first]: readonly Write[]): Planned {
    return this.plans.find(({ writes }) => writes.includes(first)) ?? nothingPlanned();
  }

  async rpc<T>(name: string, args: Json): Promise<T> {
    const { world, worker, deals } = this;
    const answer = await callDatabase<T>(world, worker, name, args, () => deals.look());
    if (name === 'upsert_leads') this.notePlan(args, (answer as { writes: Write[] }).writes);
    return answer;
  }

  private notePlan({ p_leads }: Json, writes: readonly Write[]): void {
    if (writes.length === 0) return;
    const reads = (p_leads as Array<Snapshot | Absence>).map((lead) => this.readAt.get(lead) ?? 0);
    const plan: Planned & { writes: readonly Write[] } = {
      ...nothingPlanned(),
      writes,
      readAt: Math.min(this.deals.now, ...reads),
      updates: new Set(writes.filter(({ op }) => op !== 'create').map((write) => write.twenty_id)),
      creates: new Set(writes.filter(({ op }) => op === 'create').map((write) => write.lead_id)),
      watch: () => {
        const before = this.deals.snapshot();
        return () => this.deals.judge(plan, before);
      },
    };
    this.plans.push(plan);
  }
}

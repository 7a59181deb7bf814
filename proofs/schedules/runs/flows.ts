import { pushClaims } from '../../../nodes/LeadSync/loops/push-claims';
import { drain as drainLoop } from '../../../nodes/LeadSync/loops/drain';
import { mergeInTwenty, type Merge } from '../../../nodes/LeadSync/loops/merges';
import { pull as pullLoop } from '../../../nodes/LeadSync/loops/pull';
import { push as pushLoop } from '../../../nodes/LeadSync/loops/push';
import { reconcile as reconcileLoop } from '../../../nodes/LeadSync/loops/reconcile';
import { RunFailed } from '../../../nodes/LeadSync/loops/run';
import { Session } from '../../../nodes/LeadSync/loops/session';
import type { PeopleToMerge } from '../../../nodes/Twenty/leads/merge-people';
import { TwentyError } from '../../../nodes/Twenty/transport/failures';
import { dealPortsOf } from '../deals/ports';
import type { Deals } from '../deals/deals';
import { isFenced, portsOf } from './ports';
import { RpcError } from '../systems/database';
import type { Worker } from './worker';
import type { MergeOrder } from '../world/merges';
import type { World } from '../world/world';

/** Small, so that few leads make several pages and batches. */
const PAGE_SIZE = 3;
const IDS_PAGE_SIZE = 4;
const BATCH_SIZE = 4;

type Flow = (worker: Worker) => Promise<void>;

export function pull(world: World, mode: 'delta' | 'full'): Flow {
  const { policy } = world.conditions;
  return (worker) =>
    untilFailure(pullLoop(portsOf(world, worker), { mode, trigger: 'scheduled', policy, pageSize: PAGE_SIZE }));
}

/** A push; without a run, as a flow of one's own might make it. */
export function push(world: World, { withRun, lease }: { withRun: boolean; lease: number | null }): Flow {
  const { policy, strict } = world.conditions;
  return async (worker) => {
    const ports = portsOf(world, worker);
    if (withRun) {
      return await untilFailure(pushLoop(ports, { trigger: 'scheduled', policy, strict, batchSize: BATCH_SIZE }));
    }
    const { object, mapping, defaultCountry } = world.twenty.scope;
    const scope = { object: object.nameSingular, fieldMapping: mapping, defaultCountry: defaultCountry ?? '' };
    const session = new Session(ports, ports.twenty(scope), null);
    await untilFailure(pushClaims(session, { batchSize: BATCH_SIZE, strict, due: 0, leaseSeconds: lease }));
  };
}

/** Reads again what webhooks named. */
export function drain(world: World): Flow {
  const { policy } = world.conditions;
  return (worker) =>
    untilFailure(drainLoop(portsOf(world, worker), { trigger: 'scheduled', policy, batchSize: BATCH_SIZE }));
}

/** By ranges where the database says so, unless it is to look at everything, as when a person starts it. */
export function reconcile(world: World, trigger: 'scheduled' | 'manual' = 'scheduled'): Flow {
  return (worker) =>
    untilFailure(reconcileLoop(portsOf(world, worker), { trigger, reportOnly: false, pageSize: IDS_PAGE_SIZE }));
}

/** Somebody merges two leads here and in Twenty; who deleted one of them meanwhile is told so, and nothing is merged. */
export function mergeLeads(world: World, order: MergeOrder): Flow {
  return (worker) =>
    untilFailure(
      (async () => {
        const { store, control, twenty } = portsOf(world, worker);
        const { object, mapping, defaultCountry } = world.twenty.scope;
        const scope = { object: object.nameSingular, fieldMapping: mapping, defaultCountry: defaultCountry ?? '' };
        world.noteMergeAsked(order);
        const claimedAt = control.now();
        const merge = await store.rpc<Merge>('merge_leads', {
          p_keep: order.keep,
          p_drop: order.drop,
          p_choices: Object.fromEntries(
            order.take.map((field) => [field === 'company' ? 'company_name' : field, 'drop']),
          ),
        });
        const mergePeople = (people: PeopleToMerge) => twenty(scope).mergePeople(people);
        await mergeInTwenty({ store, control, mergePeople }, merge, claimedAt);
      })(),
      (error) => error instanceof RpcError && error.message.endsWith('is not there, or deleted'),
    );
}

/** A run of deals. */
export function syncDeals(
  world: World,
  deals: Deals,
  kind: 'pull' | 'full pull' | 'push' | 'drain' | 'reconcile' | 'reconcile all',
): Flow {
  const { policy, strict } = world.conditions;
  const common = { object: 'opportunity', trigger: 'scheduled', policy } as const;
  return (worker) => {
    const ports = dealPortsOf(world, worker, deals);
    const runs = {
      pull: () => pullLoop(ports, { ...common, mode: 'delta', pageSize: PAGE_SIZE }),
      'full pull': () => pullLoop(ports, { ...common, mode: 'full', pageSize: PAGE_SIZE }),
      push: () => pushLoop(ports, { ...common, strict, batchSize: BATCH_SIZE }),
      drain: () => drainLoop(ports, { ...common, batchSize: BATCH_SIZE }),
      reconcile: () => reconcileLoop(ports, { ...common, reportOnly: false, pageSize: IDS_PAGE_SIZE }),
      'reconcile all': () =>
        reconcileLoop(ports, { ...common, trigger: 'manual', reportOnly: false, pageSize: IDS_PAGE_SIZE }),
    };
    return untilFailure(runs[kind]());
  };
}

/** What meets a failing Twenty or loses its run ends there; its claims are taken again when their lease is over. */
async function untilFailure(
  work: Promise<unknown>,
  isRefused: (error: unknown) => boolean = () => false,
): Promise<void> {
  await work.catch((error: unknown) => {
    if (isRefused(error)) return;
    if (!(error instanceof TwentyError || error instanceof RunFailed || isFenced(error))) throw error;
  });
}

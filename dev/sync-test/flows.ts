import type { PushResult, Write } from '../../nodes/lead';
import { getChangedPage, type ChangedPage } from '../../nodes/Twenty/leads/get-changed';
import { getIdsPage } from '../../nodes/Twenty/leads/get-ids';
import { getLeadsByIdOrEmail, type FoundLeads } from '../../nodes/Twenty/leads/get-many';
import { pushLeads } from '../../nodes/Twenty/leads/push';
import type { TwentyClient } from '../../nodes/Twenty/transport/client';
import { TwentyError } from '../../nodes/Twenty/transport/failures';
import { noteWritten, type DoorResult } from './agreement';
import { RpcError, type Json } from './database';
import type { Worker } from './worker';
import type { World } from './world';

/** Small, so that few leads make several pages and batches. */
const PAGE_SIZE = 3;
const IDS_PAGE_SIZE = 4;
const BATCH_SIZE = 4;
const MOST_BATCHES = 8;

interface Run {
  id: string;
  token: string;
}

interface StartedRun {
  started: boolean;
  run: Run;
  window: { from: string | null; until: string | null };
  position: string | null;
  read_started_at: string;
}

interface Claim {
  claim_token: string;
  claimed: number;
  lease_seconds: number;
  read_started_at: string;
  leads: Array<{ lead_id: string; twenty_id: string; email: string | null }>;
}

interface Plan {
  results: DoorResult[];
  writes: Array<Write & Json>;
  lease_seconds: number | null;
  read_started_at: string;
}

/** A pull, call by call as its workflow makes it. */
export function pull(world: World, mode: 'delta' | 'full'): (worker: Worker) => Promise<void> {
  return (worker) =>
    inRun(world, worker, 'twenty_to_supabase', mode, async ({ run, window, position, read_started_at }) => {
      const client = clientOf(world, worker);
      let place = { position, until: window.until, readStartedAt: read_started_at };
      for (;;) {
        const changed = await getChangedPage(client, world.twenty.scope, {
          updatedSince: window.from,
          until: place.until,
          position: place.position,
          pageSize: PAGE_SIZE,
        });
        if (place.position === null)
          world.twenty.latestWindow = Math.max(world.twenty.latestWindow, world.twenty.now());
        const readStartedAt = await storePage(world, worker, run, changed, place.readStartedAt);
        if (!changed.page.has_next) return;
        place = { position: changed.page.position, until: changed.page.until, readStartedAt };
      }
    });
}

/** Merges a page and stores the position behind it, in one call. Gives the moment at which the next read begins. */
async function storePage(
  world: World,
  worker: Worker,
  run: Run,
  changed: ChangedPage,
  readStartedAt: string,
): Promise<string> {
  const answer = await world.rpc<Plan>(worker, 'upsert_leads', {
    p_leads: changed.leads,
    p_source: 'twenty',
    p_read_started_at: readStartedAt,
    p_run: run,
    p_page: changed.page,
    p_missing_fields: changed.missing_fields,
  });
  world.noteDelivery({ snapshots: changed.leads, readStartedAt, readAt: worker.readAt }, answer.results);
  return answer.read_started_at;
}

/** A push, call by call as its workflow makes it; without a run, as a flow of one's own might. */
export function push(
  world: World,
  options: { withRun: boolean; lease: number | null },
): (worker: Worker) => Promise<void> {
  return async (worker) => {
    if (!options.withRun) return await untilFailure(pushBatches(world, worker, null, options.lease));
    await inRun(world, worker, 'supabase_to_twenty', 'delta', ({ run }) =>
      pushBatches(world, worker, run, options.lease),
    );
  };
}

/** A drain of the inbox, call by call: reads again what webhooks named. */
export function drain(world: World): (worker: Worker) => Promise<void> {
  return (worker) =>
    inRun(world, worker, 'twenty_to_supabase', 'inbox', async ({ run }) => {
      const client = clientOf(world, worker);
      for (;;) {
        const step = await world.rpc<Again>(worker, 'claim_inbox', { p_limit: BATCH_SIZE, p_run: run });
        if (step.leads.length === 0) return;
        await mergeAgain(world, worker, run, client, step);
      }
    });
}

async function pushBatches(world: World, worker: Worker, run: Run | null, lease: number | null): Promise<void> {
  const client = clientOf(world, worker);
  for (let batch = 0; batch < MOST_BATCHES; batch += 1) {
    worker.phase = 'read';
    const claim = await world.rpc<Claim>(worker, 'get_leads_for_sync', {
      p_limit: BATCH_SIZE,
      p_run: run,
      p_lease_seconds: lease,
    });
    if (claim.claimed === 0) return;
    const found = await getLeadsByIdOrEmail(client, world.twenty.scope, claim.leads);
    const plan = await planWrites(world, worker, run, claim, found);
    if (plan.writes.length === 0) continue;
    worker.phase = 'write';
    worker.plannedAt = world.ledger.now;
    worker.leaseEnd = world.clock.now() + (plan.lease_seconds ?? 0) * 1000;
    worker.updates = new Set(plan.writes.filter(({ op }) => op !== 'create').map((write) => write.twenty_id));
    worker.creates = new Set(plan.writes.filter(({ op }) => op === 'create').map((write) => write.lead_id));
    const { results } = await pushLeads(client, world.twenty.scope, plan.writes, {
      leaseSeconds: plan.lease_seconds,
      runId: run?.id ?? '',
      batchSize: BATCH_SIZE,
      strict: world.conditions.strict,
    });
    await complete(world, worker, run, claim, plan.writes, results);
  }
}

async function planWrites(
  world: World,
  worker: Worker,
  run: Run | null,
  claim: Claim,
  found: FoundLeads,
): Promise<Plan> {
  const plan = await world.rpc<Plan>(worker, 'upsert_leads', {
    p_leads: found.leads,
    p_source: 'twenty',
    p_read_started_at: claim.read_started_at,
    p_run: run,
    p_claim_token: claim.claim_token,
    p_missing_fields: found.missing_fields,
  });
  world.noteDelivery(
    { snapshots: found.leads, readStartedAt: claim.read_started_at, readAt: worker.readAt },
    plan.results,
  );
  return plan;
}

async function complete(
  world: World,
  worker: Worker,
  run: Run | null,
  claim: Claim,
  writes: Write[],
  results: PushResult[],
): Promise<void> {
  const answer = await world.rpc<{ results: Json[] }>(worker, 'update_sync_status', {
    p_claim_token: claim.claim_token,
    p_results: results,
    p_run: run,
  });
  noteWritten(world.ledger, { writes, results, settled: answer.results, writtenAt: worker.writtenAt });
}

/** Opens a run, does its work, closes it; a run that fails is closed as failed, if it still can be. */
async function inRun(
  world: World,
  worker: Worker,
  direction: string,
  mode: string,
  work: (started: StartedRun) => Promise<void>,
): Promise<void> {
  const started = await world.rpc<StartedRun>(worker, 'start_sync_run', {
    p_direction: direction,
    p_mode: mode,
    p_options: mode === 'reconcile' ? {} : { policy: world.conditions.policy },
  });
  if (!started.started) return;
  const finish = (status: string): Promise<Json> =>
    world.rpc(worker, 'finish_sync_run', { p_run: started.run, p_status: status });
  try {
    await work(started);
  } catch (error) {
    if (!(error instanceof TwentyError) && !isFenced(error)) throw error;
    await finish('failed');
    return;
  }
  await finish('succeeded');
}

/** A reconciliation, call by call as its workflow makes it. */
export function reconcile(world: World): (worker: Worker) => Promise<void> {
  return (worker) =>
    inRun(world, worker, 'bidirectional', 'reconcile', async ({ run, read_started_at }) => {
      const client = clientOf(world, worker);
      const { object } = world.twenty.scope;
      let step: RepairStep = { next: 'compare', position: null, read_started_at, leads: [] };
      while (step.next === 'compare') {
        const ids = await getIdsPage(client, object, { position: step.position ?? null, pageSize: IDS_PAGE_SIZE });
        step = await world.rpc<RepairStep>(worker, 'compare_lead_ids', {
          p_run: run,
          p_records: ids.records,
          p_page: ids.page,
          p_read_started_at: step.read_started_at,
        });
      }
      let place: { pass: string; after: string | null } = { pass: 'read', after: null };
      while (step.next !== 'finish') {
        step = await world.rpc<RepairStep>(worker, 'get_leads_to_repair', {
          p_run: run,
          p_pass: place.pass,
          p_after: place.after,
        });
        if (step.next === 'wait') world.clock.advance((step.seconds ?? 0) * 1000);
        if (step.leads.length > 0) await mergeAgain(world, worker, run, client, step);
        place = { pass: step.pass ?? place.pass, after: step.after ?? null };
      }
    });
}

/** People to be read again. */
interface Again {
  read_started_at: string;
  leads: Array<{ twenty_id: string }>;
}

interface RepairStep extends Again {
  next: 'compare' | 'repair' | 'wait' | 'finish';
  position?: string | null;
  pass?: string;
  after?: string | null;
  seconds?: number;
}

async function mergeAgain(world: World, worker: Worker, run: Run, client: TwentyClient, step: Again): Promise<void> {
  const found = await getLeadsByIdOrEmail(client, world.twenty.scope, step.leads);
  const answer = await world.rpc<Plan>(worker, 'upsert_leads', {
    p_leads: found.leads,
    p_source: 'twenty',
    p_read_started_at: step.read_started_at,
    p_run: run,
    p_missing_fields: found.missing_fields,
  });
  world.noteDelivery(
    { snapshots: found.leads, readStartedAt: step.read_started_at, readAt: worker.readAt },
    answer.results,
  );
}

function clientOf(world: World, worker: Worker): TwentyClient {
  return world.twenty.clientWith((request) => world.send(worker, request));
}

/** What meets a failing Twenty ends there; its claims are taken again when their lease is over. */
async function untilFailure(work: Promise<void>): Promise<void> {
  await work.catch((error: unknown) => {
    if (!(error instanceof TwentyError)) throw error;
  });
}

/** The run was taken over: it stops, as its workflow does. */
export function isFenced(error: unknown): boolean {
  return error instanceof RpcError && error.code === 'PT409';
}

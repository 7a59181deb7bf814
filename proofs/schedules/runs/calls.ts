import type { HttpAnswer } from '../../../nodes/http/answer';
import type { HttpRequest } from '../../../nodes/Twenty/transport/client';
import { judgeDoor, type DoorAnswer } from '../invariants/filters';
import { look } from '../invariants/look';
import { RpcError, type Json } from '../systems/database';
import { SHARED_HOSTS, type Values } from '../systems/fields';
import { Violation } from '../violation';
import type { Fault } from '../systems/twenty-side';
import type { World } from '../world/world';
import { judgeWrite, nothingPlanned, type Planned } from './effects';
import type { Worker } from './worker';

/** The functions that change leads and cursors. */
const MERGING = new Set(['upsert_leads', 'update_sync_status', 'merge_leads', 'continue_merges', 'settle_merge']);

/**
 * A call of a worker to the database. A call with an old token must change nothing.
 * @param lookFurther of a call for another object than leads, which no filter is about: looks at what else it may have changed, before the worker goes on
 */
export async function callDatabase<T = Json>(
  world: World,
  worker: Worker,
  name: string,
  args: Json,
  lookFurther?: () => Promise<void>,
): Promise<T> {
  return await worker.call(name, async (fault) => {
    if (fault === 'slow') world.clock.advance(45_000);
    const answer = await runFunction<T>(world, worker, name, args, lookFurther === undefined);
    await lookFurther?.();
    return answer;
  });
}

async function runFunction<T>(world: World, worker: Worker, name: string, args: Json, isOfLeads: boolean): Promise<T> {
  const { database } = world;
  const old = worker.maybeFenced ? await oldToken(world, args) : null;
  const before = await fencedState(world, old);
  try {
    const answer = await database.rpc<T>(name, args);
    if (isOfLeads && name === 'upsert_leads' && args.p_source === 'twenty')
      await judgeDoor(world, args, answer as DoorAnswer);
    return answer;
  } catch (error) {
    if (error instanceof Violation) world.violation ??= error;
    if (!(error instanceof RpcError) || error.code !== 'PT409') throw error;
    worker.error = error;
    throw error;
  } finally {
    if ((await fencedState(world, old)) !== before) {
      world.fail('Fenced', `${name} of ${worker.name} with an old token changed something`);
    }
    if (MERGING.has(name)) await look(world, 'sync');
  }
}

async function oldToken({ database }: World, args: Json): Promise<'run' | 'claim' | null> {
  const run = args.p_run as { id: string; token: string } | undefined;
  const [{ old }] = await database.read<{ old: 'run' | 'claim' | null }>(
    `select case
       when $1::uuid is not null and not exists (
         select from public.lead_sync_runs where id = $1 and token = $2::uuid and status = 'running') then 'run'
       when $4 and $3::uuid is not null and not exists (select from lead_sync.lead_states where claim_token = $3) then 'claim'
     end as old`,
    [run?.id ?? null, run?.token ?? null, args.p_claim_token ?? null, !('p_leads' in args)],
  );
  return old;
}

/** What a call with an old token must leave as it is; a run that still runs counts its calls all the same. */
async function fencedState({ database }: World, old: 'run' | 'claim' | null): Promise<string> {
  if (old === null) return '';
  const state = await database.fingerprint();
  return JSON.stringify(old === 'run' ? state : { ...state, runs: null });
}

/**
 * A request of a worker to Twenty.
 * @param planned what it may write; null for a read
 */
export async function callTwenty(
  world: World,
  worker: Worker,
  planned: Planned | null,
  request: HttpRequest,
): Promise<HttpAnswer> {
  const operation = /\{"query":"(?:query|mutation)\([^{]*\{(\w+)/.exec(request.body ?? '')?.[1] ?? request.url;
  return await worker.call(operation, (fault, { askedAt }) =>
    send(world, worker, planned, { request, operation, fault, askedAt }),
  );
}

interface Sent {
  request: HttpRequest;
  operation: string;
  fault: Fault | null;
  /** Milliseconds since the epoch when it was about to be sent. */
  askedAt: number;
}

async function send(
  world: World,
  worker: Worker,
  planned: Planned | null,
  { request, operation, fault: met, askedAt }: Sent,
): Promise<HttpAnswer> {
  const { clock, ledger, twenty } = world;
  const isWrite = request.body?.includes('"mutation') ?? false;
  let fault = met;
  if (clock.now() - askedAt > request.timeoutMs) {
    // it slept with the request in its hand: the client gave up, and at most Twenty carries it out late
    if (fault !== 'late') throw Object.assign(new Error('timeout of 60000ms exceeded'), { code: 'ETIMEDOUT' });
    fault = 'late';
  } else if (fault === 'late') clock.advance(request.timeoutMs);
  if (!isWrite) {
    if (planned === null || planned.merging) worker.readAt = ledger.now;
    const answer = await twenty.carry(request, fault);
    if (fault === 'lagging') world.noteLagging();
    return answer;
  }
  const before = twenty.snapshot();
  const stamps = new Map(twenty.people().map((person) => [String(person.id), person.updatedAt]));
  const judgeOthers = planned?.watch?.();
  try {
    return await twenty.carry(request, fault);
  } finally {
    judgeOthers?.();
    const after = twenty.snapshot();
    ledger.look(world.pairs());
    const plan = planned ?? nothingPlanned();
    plan.writtenAt = ledger.now;
    judgeWrite(world, plan, { operation, before, after, isLate: fault === 'late' });
    for (const person of twenty.people()) {
      if (stamps.get(String(person.id)) === person.updatedAt) continue;
      world.noteVisible(String(person.id));
      world.webhooks.push({ object: 'person', record_id: String(person.id) });
    }
    noteNamedCompanies(world, before, after, stamps);
    assertNoHostIsCompany(world);
    world.seePeople();
  }
}

/** The company of these people got a name from somebody else's lead: nothing in the people shows it, only webhooks of the company do. */
function noteNamedCompanies(
  world: World,
  before: Map<string, Values>,
  after: Map<string, Values>,
  stamps: Map<string, unknown>,
): void {
  for (const [id, { company }] of after) {
    const person = world.twenty.person(id);
    if (!person || stamps.get(id) !== person.updatedAt || before.get(id)?.company === company) continue;
    world.noteTraceless(id);
    world.webhooks.push({ object: 'company', record_id: String(person.companyId) });
  }
}

/** Of the domains of companies, none is a host that many share. */
function assertNoHostIsCompany(world: World): void {
  for (const { domainName } of world.twenty.double.store.list('company', { withDeleted: true })) {
    const host = String((domainName as Json | null)?.primaryLinkUrl).replace(/^https?:\/\//, '');
    if (SHARED_HOSTS.includes(host)) world.fail('Converged', `${host} was taken for a company`);
  }
}

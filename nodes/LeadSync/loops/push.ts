import type { PushResult, Write } from '../../lead';
import { failedPush } from '../../Twenty/leads/push-results';
import type { AskedLead } from '../../Twenty/leads/get-many';
import { settled, TwentyError } from '../../Twenty/transport/failures';
import { pushedChanges } from './changes';
import type { Ports } from './ports';
import { inRun, runAgain, RunFailed, type Ending, type NotStarted, type SyncReport, type Trigger } from './run';
import { Watch, type Merged, type Session } from './session';

export interface PushOrder {
  trigger: Trigger;
  policy: string | null;
  /** Leads a claim. */
  batchSize: number;
  /** Whether people are written one a call and only as they were read; false for what the settings say. */
  strict: boolean;
}

export interface ClaimOrder {
  batchSize: number;
  strict: boolean;
  /** Leads that were due when the run began. */
  due: number;
  /** How long a claim holds; null for the setting. */
  leaseSeconds: number | null;
}

interface Claim {
  claim_token: string;
  claimed: number;
  read_started_at: string;
  remaining: number;
  leads: AskedLead[];
}

interface Plan extends Merged {
  writes: Write[];
  waiting: number;
  lease_seconds: number | null;
}

/** What became of a claim. */
interface Pushed {
  /** Leads due after it. */
  remaining: number;
  /** Whether any of its leads was settled, so that the next claim gets others. */
  progressed: boolean;
}

/** A strict push writes one person a call: a claim must end within its lease. */
const STRICT_BATCH_SIZE = 200;
/** Leads that become due while a push is at work are sent by it, too, up to this many claims more than it began with. */
const CLAIMS_ON_TOP = 20;

/** Carries what is due to Twenty, claim by claim. */
export async function push(
  ports: Ports,
  { trigger, policy, batchSize, strict }: PushOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const options = { policy, strict: strict || null };
  const order = { direction: 'supabase_to_twenty', mode: 'delta', trigger, options } as const;
  return await runAgain(ports, watch, () =>
    inRun(ports, watch, order, async (session, { settings, due }) => {
      const size = settings.strict ? Math.min(batchSize, STRICT_BATCH_SIZE) : batchSize;
      return await pushClaims(session, { batchSize: size, strict: settings.strict, due, leaseSeconds: null });
    }),
  );
}

/**
 * Pushes claims until nothing is due: all that was due at the start gets its turn, and so much of what came later that the
 * run ends.
 */
export async function pushClaims(session: Session, order: ClaimOrder): Promise<Ending> {
  const { batchSize, due, leaseSeconds } = order;
  let claimedSoFar = 0;
  // one claim is read, planned, written and settled after the other; each of the four is a step of its own
  for (;;) {
    const claim = await session.store<Claim>('get_leads_for_sync', {
      p_limit: batchSize,
      p_lease_seconds: leaseSeconds,
    });
    if (claim.claimed === 0) return { moreDue: claim.remaining > 0 };
    claimedSoFar += claim.claimed;
    session.progress.share = claimedSoFar / Math.max(due, claimedSoFar + claim.remaining);
    const { remaining, progressed } = await pushClaim(session, order, claim);
    const goesOn =
      remaining > 0 && (progressed || claimedSoFar < due) && claimedSoFar < due + CLAIMS_ON_TOP * batchSize;
    if (!goesOn || session.watch.isOver) return { moreDue: remaining > 0 };
  }
}

async function pushClaim(session: Session, order: ClaimOrder, claim: Claim): Promise<Pushed> {
  const found = await session.read((twenty) => twenty.getLeads(claim.leads));
  const plan = await session.merge<Plan>(found, claim.read_started_at, { p_claim_token: claim.claim_token });
  const { writes, counts, waiting } = plan;
  if (writes.length === 0) {
    return { remaining: claim.remaining, progressed: claim.claimed > counts.stale + counts.rejected + waiting };
  }
  const { results, calls } = await write(session, order, plan);
  const settled = await session.store<{ remaining: number }>(
    'update_sync_status',
    { p_claim_token: claim.claim_token, p_results: results },
    calls,
  );
  session.tell(() => pushedChanges(writes, results));
  session.progress.note({ written: results.filter(({ ok }) => ok).length, calls });
  if (results.every(saysThatTwentyFails)) throw new RunFailed((results[0] as { message: string }).message);
  return { remaining: settled.remaining, progressed: true };
}

/** What is cancelled before anything was written is reported as not sent: its leads need not wait for the end of their claim. */
async function write(
  session: Session,
  { strict }: ClaimOrder,
  { writes, lease_seconds: leaseSeconds }: Plan,
): Promise<{ results: PushResult[]; calls: number }> {
  const runId = session.run?.id ?? '';
  const pushed = await settled(session.write((twenty) => twenty.pushLeads(writes, { leaseSeconds, runId, strict })));
  if (pushed.ok) return pushed.value;
  const { failure } = pushed;
  if (failure.category !== 'cancelled') throw new TwentyError(failure);
  return { results: writes.map((one) => failedPush(one, failure)), calls: 0 };
}

/** Neither written nor answered for a reason of its own. */
function saysThatTwentyFails(result: PushResult): boolean {
  return !result.ok && result.outcome !== 'refused' && result.outcome !== 'changed';
}

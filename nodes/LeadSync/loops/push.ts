import { Watch } from '../../runs/watch';
import type { PushResult, Write } from '../../lead';
import { failedPush } from '../../Twenty/leads/push-results';
import type { PeopleToMerge } from '../../Twenty/leads/merge-people';
import type { AskedLead } from '../../Twenty/leads/get-many';
import { settled, TwentyError } from '../../Twenty/transport/failures';
import { pushedChanges, type Merged } from './changes';
import { goOnWithMerges } from './merges';
import type { Ports } from './ports';
import { inRun, runAgain, RunFailed, type Ending, type NotStarted, type SyncReport, type Trigger } from './run';
import type { Session } from './session';

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
  /** Leads in it. */
  claimed: number;
  /** Leads due after it. */
  remaining: number;
  /** Whether any of its leads was settled, so that the next claim gets others. */
  progressed: boolean;
}

/** A strict push writes one person a call: a claim must end within its lease. */
export const STRICT_BATCH_SIZE = 200;
/** Leads that become due while a push is at work are sent by it, too, up to this many claims more than it began with. */
export const CLAIMS_ON_TOP = 20;

/** How many calls of a run the database may stop: one lead among 600 is found over claims of 600, 75, 9 and 1. */
const MOST_STOPPED = 4;

/** Goes on with merges of leads, then carries what is due to Twenty, claim by claim. */
export async function push(
  ports: Ports,
  { trigger, policy, batchSize, strict }: PushOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const options = { policy, strict: strict || null };
  const order = { direction: 'supabase_to_twenty', mode: 'delta', trigger, options } as const;
  return await runAgain(ports, watch, () =>
    inRun(ports, watch, order, async (session, { settings, due, merges = 0 }) => {
      if (merges > 0) {
        const mergePeople = (people: PeopleToMerge) => session.write((twenty) => twenty.mergePeople(people));
        await goOnWithMerges({ store: ports.store, control: ports.control, mergePeople });
      }
      const size = settings.strict ? Math.min(batchSize, STRICT_BATCH_SIZE) : batchSize;
      return await pushClaims(session, { batchSize: size, strict: settings.strict, due, leaseSeconds: null });
    }),
  );
}

/**
 * Pushes claims until nothing is due: all that was due at the start gets its turn, and so much of what came later that the
 * run ends. Where the database runs into its time limit, the same call again would, too: the next claim notes over which
 * leads, and smaller ones follow, until the lead that takes so long stands alone.
 */
export async function pushClaims(session: Session, order: ClaimOrder): Promise<Ending> {
  const { batchSize, due } = order;
  let claimed = 0;
  let stopped = 0;
  let mayBeNoting = false;
  // one claim is read, planned, written and settled after the other; each of the four is a step of its own
  for (;;) {
    const pushed = await pushNext(session, order, claimed).catch((error: unknown) => {
      stopped += 1;
      if (session.control.isTooLong(error) && stopped <= MOST_STOPPED) return null;
      throw error;
    });
    if (session.watch.isOver) return { moreDue: pushed === null || pushed.remaining > 0 };
    if (pushed === null) {
      mayBeNoting = true;
      continue;
    }
    claimed += pushed.claimed;
    const { remaining, progressed } = pushed;
    // a claim that notes over which leads the one before was stopped has none itself
    const goesOn = pushed.claimed === 0 ? mayBeNoting : progressed || claimed < due;
    if (remaining === 0 || !goesOn || claimed >= due + CLAIMS_ON_TOP * batchSize) return { moreDue: remaining > 0 };
    mayBeNoting = false;
  }
}

/** @param before leads that were claimed so far */
async function pushNext(session: Session, order: ClaimOrder, before: number): Promise<Pushed> {
  const { batchSize, leaseSeconds, due } = order;
  const args = { p_limit: batchSize, p_lease_seconds: leaseSeconds };
  const claim = await session.store<Claim>('get_leads_for_sync', args);
  const { claimed, remaining } = claim;
  if (claimed === 0) return { claimed, remaining, progressed: false };
  session.progress.share = (before + claimed) / Math.max(due, before + claimed + remaining);
  return { claimed, ...(await pushClaim(session, order, claim)) };
}

async function pushClaim(session: Session, order: ClaimOrder, claim: Claim): Promise<Omit<Pushed, 'claimed'>> {
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

import type { Ports } from './ports';
import { readAgain, type Again } from './read-again';
import { inRun, runAgain, type Ending, type NotStarted, type SyncReport, type Synced, type Trigger } from './run';
import { Watch } from '../../runs/watch';
import type { Session } from './session';

export interface DrainOrder extends Synced {
  trigger: Trigger;
  policy: string | null;
  /** Records a claim: one read of Twenty. */
  batchSize: number;
}

interface InboxClaim extends Again {
  claimed: number;
  remaining: number;
}

/** After few records the next run follows at once, after many a little later, so that events gather and cost few reads. */
const LEAST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5_000;
const PAUSE_A_RECORD_MS = 20;

/** Reads again what webhooks named, claim by claim, until the inbox is empty. */
export async function drain(
  ports: Ports,
  { trigger, object = null, policy, batchSize }: DrainOrder,
): Promise<SyncReport | NotStarted> {
  const watch = new Watch(ports.control);
  const order = { direction: 'twenty_to_supabase', mode: 'inbox', trigger, options: { object, policy } } as const;
  return await runAgain(
    ports,
    watch,
    () => inRun(ports, watch, order, (session) => drainClaims(session, batchSize)),
    ({ figures }) => Math.min(LONGEST_PAUSE_MS, Math.max(LEAST_PAUSE_MS, figures.read * PAUSE_A_RECORD_MS)),
  );
}

async function drainClaims(session: Session, batchSize: number): Promise<Ending> {
  let claimedSoFar = 0;
  for (;;) {
    const claim = await session.store<InboxClaim>('claim_inbox', { p_limit: batchSize });
    if (claim.claimed === 0) return { moreDue: false };
    claimedSoFar += claim.claimed;
    session.progress.share = claimedSoFar / (claimedSoFar + claim.remaining);
    const { counts } = await readAgain(session, claim);
    const isMoreDue = claim.remaining > 0 || counts.stale > 0;
    if (!isMoreDue || session.watch.isOver) return { moreDue: isMoreDue };
  }
}

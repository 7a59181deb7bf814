import { normaliseEmail, type PushResult, type Write } from '../../lead';
import { aside } from '../../runs/aside';
import type { PushReport } from '../../Twenty/leads/push';
import { settled, TwentyError } from '../../Twenty/transport/failures';
import { pushedChanges } from './changes';
import { Claims, type Claim, type ClaimOrder, type Plan } from './claims';
import { RunFailed, type Ending } from './run';
import type { Session } from './session';

export interface PushClaimsOrder extends ClaimOrder {
  strict: boolean;
  /** Leads that were due when the run began. */
  due: number;
}

/** Leads that become due while a push is at work are sent by it, too, up to this many claims more than it began with. */
export const CLAIMS_ON_TOP = 20;

/** The database counts what is due up to this many. */
const MOST_COUNTED = 100_000;

/** A batch that has waited for its turn for this part of its claim is given back: what is left is for being written in. */
const LONGEST_WAIT = 0.5;

/** A claim, read and planned. */
interface Batch {
  claim: Claim;
  /** Null where there is nothing to plan, or the database was stopped over it. */
  plan: Plan | null;
  /** When it was planned, in milliseconds. */
  at: number;
}

/** What Twenty made of a batch; writes without a result were not sent, for no reason of their own. */
type Written = Pick<PushReport, 'results' | 'calls'>;

/** What became of a batch. */
interface Outcome {
  /** Leads due after it. */
  remaining: number;
  /** Whether any of its leads was settled, or stopped before, so that the next claim gets others. */
  progressed: boolean;
}

/** The database was stopped over a batch: the next claim gets others. */
const STOPPED: Outcome = { remaining: Infinity, progressed: true };

/**
 * Pushes claims until nothing is due: all that was due at the start gets its turn, and so much of what came later that the
 * run ends. Before a batch is written, the next one is claimed and its read begun; while it is written, the one before is
 * settled and the next one planned: one ahead, and no more. Batches are written one after the other, in the order of their
 * claims. A strict push reads as late as it can, and claims nothing ahead. In whatever way the push ends, what it has claimed
 * and not written is given back.
 */
export async function pushClaims(session: Session, order: PushClaimsOrder): Promise<Ending> {
  return await new ClaimPush(session, order).run();
}

class ClaimPush {
  private readonly claims: Claims;
  private claimed = 0;
  /** Leads that get their turn: all that were due when the run began. */
  private due: number;
  /** False while that may be more than the database counts: as long, all that is still due is among them. */
  private isCounted: boolean;
  /** The next batch, on its way while one is written; null for none. */
  private ahead: Promise<Batch | null> | null = null;
  /** Settles the batch that was written last; null where that has begun. */
  private settleLast: (() => Promise<Outcome>) | null = null;
  /** What becomes of the batch that is being settled; null where that is known. */
  private settling: Promise<Outcome | null> = NOTHING;
  /** Whether Twenty is being asked for the batch ahead: until it answers, nobody needs the database for that. */
  private isReading = false;
  /** E-mails that the batch before gives to people: a read that goes on meanwhile may not see them. */
  private taken: ReadonlySet<string> = new Set();
  private isEnding = false;

  constructor(
    private readonly session: Session,
    private readonly order: PushClaimsOrder,
  ) {
    this.claims = new Claims(session, order);
    this.due = order.due;
    this.isCounted = order.due < MOST_COUNTED;
  }

  async run(): Promise<Ending> {
    let before: Outcome | null = null;
    try {
      for (;;) {
        const batch = await (this.ahead ?? this.prepare());
        this.ahead = null;
        const outcome = batch && (await this.carryOut(batch));
        const goesOn = this.ahead !== null && !this.session.watch.isOver;
        const ending = goesOn ? null : await this.ending(batch, [before, outcome]);
        if (ending !== null) return ending;
        before = goesOn ? outcome : null;
      }
    } finally {
      this.isEnding = true;
      await Promise.allSettled([this.ahead, this.settleWritten()]);
      await this.claims.giveBack();
    }
  }

  /**
   * Null while there is more to do.
   * @param known what became of the batch, and of the one before, where that is not being settled
   */
  private async ending(batch: Batch | null, known: ReadonlyArray<Outcome | null>): Promise<Ending | null> {
    const settled = await this.settleWritten();
    this.settling = NOTHING;
    if (batch === null || this.ahead !== null) return { moreDue: true };
    const outcomes = [...known, settled].filter((one) => one !== null);
    const moreDue = outcomes.some(({ remaining }) => remaining > 0);
    const progressed = outcomes.some((one) => one.progressed) || (batch.claim.claimed > 0 && this.claimed < this.due);
    return moreDue && progressed && !this.session.watch.isOver && this.claimed < this.most ? null : { moreDue };
  }

  private get most(): number {
    return this.due + CLAIMS_ON_TOP * this.order.batchSize;
  }

  /**
   * Begins the next batch; ends when that is being read, or will not be. Behind the writes of this one the read would wait in
   * Twenty for their end, and Twenty then for the plan.
   */
  private async readAhead(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.ahead = aside(this.prepare(resolve).finally(resolve));
    });
  }

  /**
   * Claims, reads and plans; null where the time is over.
   * @param onRead called when the read begins
   */
  private async prepare(onRead = (): void => undefined): Promise<Batch | null> {
    const { claims, session } = this;
    const claim = await claims.next();
    if (claim === null) return null;
    const { claimed, remaining, leads } = claim;
    if (claimed === 0) return { claim, plan: null, at: 0 };
    this.claimed += claimed;
    if (!this.isCounted) this.due = this.claimed + remaining;
    this.isCounted ||= remaining < MOST_COUNTED;
    session.progress.share = this.isCounted ? this.claimed / Math.max(this.due, this.claimed + remaining) : null;
    const reading = session.read((twenty) => (this.isEnding ? Promise.reject(ENDED) : twenty.getLeads(leads)));
    this.isReading = true;
    onRead();
    const found = await reading.finally(() => (this.isReading = false));
    const plan = this.isEnding ? null : await claims.plan(claim, found);
    return { claim, plan, at: session.control.now() };
  }

  /** Gives what became of the batch; null where that is being settled. */
  private async carryOut({ claim, plan, at }: Batch): Promise<Outcome | null> {
    const { claims, session, order } = this;
    const { claimed, remaining, judged = 0 } = claim;
    if (claimed === 0) return { remaining, progressed: judged > 0 };
    if (plan === null) return STOPPED;
    const { writes, counts, waiting, lease_seconds: lease } = plan;
    if (writes.length === 0) {
      return { remaining, progressed: claimed > counts.stale + counts.rejected + waiting };
    }
    const mayGoOn = remaining > 0 && this.claimed < this.most && !order.strict && !session.watch.isOver;
    const reading = mayGoOn ? this.readAhead() : null;
    // behind the next claim: the writes wait for that
    void this.settleWritten();
    await reading;
    const waited = (session.control.now() - at) / 1_000;
    if (lease !== null && waited > lease * LONGEST_WAIT) {
      await claims.giveBack([claim.claim_token]);
      return { remaining: claimed, progressed: true };
    }
    const written = await this.write(claim, writes, lease === null ? null : lease - waited);
    // cancelled: the end gives it back
    if (written === null) return { remaining: claimed, progressed: true };
    const { settling } = this;
    this.settleLast = () => this.settle(claim, writes, written);
    await settling;
    if (this.isReading) void this.settleWritten();
    const [first] = written.results;
    if (first && !first.ok && written.results.every(saysThatTwentyFails)) {
      await this.settleWritten();
      throw new RunFailed(first.message);
    }
    return null;
  }

  /** Begins to settle the batch that was written last, where that has not begun; gives what becomes of it. */
  private settleWritten(): Promise<Outcome | null> {
    if (this.settleLast) this.settling = aside(this.settleLast());
    this.settleLast = null;
    return this.settling;
  }

  /** The writes that take no e-mail which the batch before has given away; they may be all. */
  private clearOf(writes: readonly Write[]): readonly Write[] {
    const { taken } = this;
    const clear = taken.size === 0 ? writes : writes.filter((write) => !taken.has(emailOf(write)));
    this.taken = new Set(clear.map(emailOf).filter((email) => email !== NO_EMAIL));
    return clear;
  }

  /** Null where it was cancelled before anything was written. */
  private async write(claim: Claim, writes: readonly Write[], leaseSeconds: number | null): Promise<Written | null> {
    const { claims, session, order } = this;
    const clear = this.clearOf(writes);
    claims.begin(claim);
    if (clear.length === 0) return { results: [], calls: 0 };
    const options = { leaseSeconds, runId: session.run?.id ?? '', strict: order.strict };
    const pushed = await settled(session.write((twenty) => twenty.pushLeads(clear, options)));
    if (pushed.ok) return session.control.isCancelled() ? onlySent(pushed.value) : pushed.value;
    // a push that fails as a whole has written nothing
    claims.leave(claim, writes);
    if (pushed.failure.category === 'cancelled') return null;
    throw new TwentyError(pushed.failure);
  }

  private async settle(claim: Claim, writes: readonly Write[], { results, calls }: Written): Promise<Outcome> {
    const { claims, session } = this;
    const sent = new Set(results.map(({ lead_id }) => lead_id));
    const unwritten = writes.filter(({ lead_id }) => !sent.has(lead_id));
    const remaining = await claims.settle(claim, results, unwritten, calls);
    if (remaining === null) return STOPPED;
    session.tell(() => pushedChanges(writes, results));
    session.progress.note({ written: results.filter(({ ok }) => ok).length, calls });
    return { remaining, progressed: true };
  }
}

const NOTHING = Promise.resolve(null);

const ENDED = new RunFailed('The push has ended');

const NO_EMAIL = '';

/** Of a push that was cancelled: what was not sent is given back, like all else that a run leaves. */
const onlySent = ({ results, calls }: Written): Written => ({
  results: results.filter((result) => result.ok || result.outcome !== 'not_sent'),
  calls,
});

/** The e-mail that a write gives to its person, in the form in which Twenty compares them. */
function emailOf({ values }: Write): string {
  const normalised = normaliseEmail(values.email ?? null, { field: 'email' });
  return 'value' in normalised ? (normalised.value ?? NO_EMAIL) : NO_EMAIL;
}

/** Neither written nor answered for a reason of its own, nor waiting for a field to be left out. */
function saysThatTwentyFails(result: PushResult): boolean {
  return !result.ok && result.outcome !== 'refused' && result.outcome !== 'changed' && result.category !== 'validation';
}

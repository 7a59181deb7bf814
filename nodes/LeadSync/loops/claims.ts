import type { PushResult, Write } from '../../lead';
import { Lane } from '../../runs/lane';
import type { AskedLead } from '../../Twenty/leads/get-many';
import type { Merged } from './changes';
import type { Read, Session } from './session';

/** How the claims of a push are made. */
export interface ClaimOrder {
  /** Leads a claim. */
  batchSize: number;
  /** How long a claim holds; null for the setting. */
  leaseSeconds: number | null;
}

/** Leads that are this push's alone until the claim ends. */
export interface Claim {
  claim_token: string;
  claimed: number;
  /** Due leads that were stopped instead: outside the filter, or waiting for a yes. Older databases do not say. */
  judged?: number;
  read_started_at: string;
  /** Leads that are due beside these. */
  remaining: number;
  leads: AskedLead[];
}

/** What a claim is to write, and why the rest of it is not. */
export interface Plan extends Merged {
  writes: Write[];
  waiting: number;
  /** What the claim still lasts, from the plan on; null for ever. */
  lease_seconds: number | null;
}

/** A lead of which nothing was written; `op`: what was planned for it. */
type Unwritten = Pick<AskedLead, 'lead_id'> & Partial<Pick<Write, 'op'>>;

/** How many calls of a run the database may stop: one lead among 600 is found over claims of 600, 75, 9 and 1. */
const MOST_STOPPED = 4;

/**
 * The claims of a push: makes, plans and settles them, and gives back those of which nothing was written. One call of the
 * database at a time, in order of asking: there they would wait for each other.
 *
 * Where the database runs into its time limit, the same call again would, too: the next claim notes over which leads, and
 * smaller ones follow, until the lead that takes so long stands alone. That claim comes before any other call, whose own mark
 * would be taken for the one of the call that was stopped.
 */
export class Claims {
  private readonly database = new Lane();
  /** The leads of claims of which nothing was written, by token; once planned, what was to be written. */
  private readonly unwritten = new Map<string, readonly Unwritten[]>();
  /** Claims that noted what was stopped, until somebody asks for the next one. */
  private readonly spare: Claim[] = [];
  private stopped = 0;

  constructor(
    private readonly session: Session,
    private readonly order: ClaimOrder,
  ) {}

  /** The next claim; null where the time was over before the database came to one. */
  async next(): Promise<Claim | null> {
    return await this.database.take(async () => this.spare.shift() ?? (await this.claim(false)));
  }

  /** Merges what was read of a claim's people and says what to write; null where the database was stopped over that. */
  async plan(claim: Claim, found: Read): Promise<Plan | null> {
    const { claim_token: token, read_started_at: readStartedAt } = claim;
    const plan = await this.call(() => this.session.merge<Plan>(found, readStartedAt, { p_claim_token: token }));
    if (plan === null || plan.writes.length === 0) this.unwritten.delete(token);
    else this.unwritten.set(token, plan.writes);
    return plan;
  }

  /** From now on something of the claim may be written: only results tell what becomes of its leads. */
  begin({ claim_token: token }: Claim): void {
    this.unwritten.delete(token);
  }

  /** Nothing of it was written after all. */
  leave({ claim_token: token }: Claim, writes: readonly Write[]): void {
    this.unwritten.set(token, writes);
  }

  /**
   * Stores what became of a claim's writes.
   * @param unwritten those that are given back
   * @param calls calls of Twenty spent
   * @returns how many leads are due then; null where the database was stopped over that
   */
  async settle(
    { claim_token: token }: Claim,
    results: readonly PushResult[],
    unwritten: readonly Write[],
    calls: number,
  ): Promise<number | null> {
    const args = { p_claim_token: token, p_results: [...results, ...unwritten.map(givenBack)] };
    const settled = await this.call(() => this.session.store<{ remaining: number }>('update_sync_status', args, calls));
    return settled && settled.remaining;
  }

  /**
   * Gives claims back of which nothing was written, all unless told, so that their leads need not wait for the end of these.
   * That they may have to is no failure of the push.
   */
  async giveBack(tokens: readonly string[] = [...this.unwritten.keys()]): Promise<void> {
    const { session, unwritten } = this;
    for (const token of tokens) {
      const leads = unwritten.get(token) ?? [];
      unwritten.delete(token);
      const args = { p_claim_token: token, p_results: leads.map(givenBack) };
      await this.database
        // a claim may outlive the lease of its run
        .take(() => session.storeUnleased('update_sync_status', args))
        .catch((error: unknown) =>
          session.control.log(`${leads.length} leads stay claimed until their claim ends: ${(error as Error).message}`),
        );
    }
  }

  private async call<T>(work: () => Promise<T>): Promise<T | null> {
    return await this.database.take(async () => {
      const answer = await this.unlessStopped(work);
      const next = answer === null ? await this.claim(true) : null;
      if (next !== null) this.spare.push(next);
      return answer;
    });
  }

  /** @param mayBeNoting whether a call was stopped before: a claim that notes that has no leads itself */
  private async claim(mayBeNoting: boolean): Promise<Claim | null> {
    const { batchSize, leaseSeconds } = this.order;
    const args = { p_limit: batchSize, p_lease_seconds: leaseSeconds };
    let isNoting = mayBeNoting;
    for (;;) {
      if (isNoting && this.session.watch.isOver) return null;
      const claim = await this.unlessStopped(() => this.session.store<Claim>('get_leads_for_sync', args));
      if (claim !== null && claim.claimed > 0) this.unwritten.set(claim.claim_token, claim.leads);
      if (claim !== null && (claim.claimed > 0 || claim.remaining === 0 || !isNoting)) return claim;
      isNoting = claim === null;
    }
  }

  /** Null where the database ran into its time limit. */
  private async unlessStopped<T>(work: () => Promise<T>): Promise<T | null> {
    return await work().catch((error: unknown) => {
      this.stopped += 1;
      if (this.session.control.isTooLong(error) && this.stopped <= MOST_STOPPED) return null;
      throw error;
    });
  }
}

/** Nothing was written, for no reason of the lead's: it is due again at once. Of what was planned, it is known that it was not sent. */
function givenBack({ lead_id, op }: Unwritten): object {
  return { lead_id, ...(op === undefined ? {} : { op }), ok: false, outcome: 'given_back' };
}

import { LearnedRate, type Pace, type RateSetting } from './rate-learning';

/** Where the budget reads the time and waits: real in n8n, virtual in tests and in the benchmark. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How a call's turn came out: how long it waited, how many calls stood before it, whether it got its tokens in time. */
export interface Turn extends Pace {
  granted: boolean;
  milliseconds: number;
  ahead: number;
}

export interface TakeOptions {
  signal?: AbortSignal;
  /** Clock time after which the tokens are of no use any more; the turn is then not granted. */
  deadline?: number;
}

/** Who says when a call of Twenty may go, and is told what became of it. */
export interface CallBudget {
  /** Milliseconds in which one token comes back. */
  readonly refillMilliseconds: number;
  /** As far as is known by now; whole. */
  readonly callsPerMinute: number;
  take(tokens: number, options?: TakeOptions): Promise<Turn>;
  accepted(turn: Turn): void;
  refused(turn: Turn, stated?: number): boolean;
}

/** Twenty's default: 100 tokens a minute for the whole workspace, all API keys together. */
export const DEFAULT_CALLS_PER_MINUTE = 100;
/** What users of Twenty Cloud report (issue 14122 of twentyhq/twenty). */
const CLOUD_CALLS_PER_MINUTE = 50;

/**
 * A minute and a thirtieth more. Measured against Twenty's default limit (100 a minute, one back per 600 ms): a steady
 * pace of 620 ms was never refused, one of 300 ms fell to an accepted call per 900 ms.
 */
export const PACED_MINUTE = 62_000;

/** How much later than its interval a call may come and still press the server. */
const PRESSING = 1.1;

/**
 * Mirrors the server's token bucket, a little slower than it: `callsPerMinute` tokens at rest, one more per interval,
 * and **the interval's clock starts again at each call**, so that fractions are lost as they are on the server.
 * Callers wait in the order in which they came, and tell what became of their call, from which the limit is learned.
 */
export class RateBudget implements CallBudget {
  private learned: LearnedRate;
  private tokens: number;
  private lastTaken: number;
  private waiting = 0;
  private tail: Promise<void> = Promise.resolve();
  private hasToldOfFall = false;

  /** @param most calls a minute never to exceed; what it begins with unless told */
  constructor(
    callsPerMinute: number,
    private readonly clock: Clock,
    most = callsPerMinute,
  ) {
    this.learned = new LearnedRate(settingOf(callsPerMinute, most), clock.now());
    this.tokens = this.learned.atOnce;
    this.lastTaken = clock.now();
  }

  /** What the credential says of the limit. */
  get setting(): RateSetting {
    return this.learned.setting;
  }

  /** Milliseconds in which one token comes back. */
  get refillMilliseconds(): number {
    return PACED_MINUTE / this.learned.perMinute;
  }

  /** As far as is known by now; whole. */
  get callsPerMinute(): number {
    return Math.round(this.learned.perMinute);
  }

  /** Follows a changed credential without forgetting what was spent; what was learned holds only for the old setting. */
  setCallsPerMinute(callsPerMinute: number, most = callsPerMinute): void {
    const { setting, belief } = this.learned;
    const wanted = settingOf(callsPerMinute, most);
    if (wanted.start === setting.start && wanted.most === setting.most) return;
    this.learned = new LearnedRate(wanted, this.clock.now(), belief + 1);
    this.tokens = Math.min(this.tokens, this.learned.atOnce);
  }

  /**
   * Waits until `tokens` are there and takes them (one a root operation of the request), in the order of asking.
   * Rejects with the signal's reason when it aborts first; the callers behind are not held up by that.
   */
  async take(tokens: number, { signal, deadline = Infinity }: TakeOptions = {}): Promise<Turn> {
    const asked = this.clock.now();
    const ahead = this.waiting++;
    const turn = this.tail.then(async () => await this.takeInTurn(tokens, deadline, signal));
    this.tail = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      const pace = await untilAborted(turn, signal);
      const waited = { milliseconds: this.clock.now() - asked, ahead };
      return pace ? { granted: true, ...pace, ...waited } : { granted: false, ...NO_PACE, ...waited };
    } finally {
      this.waiting--;
    }
  }

  /** The server took the call of this turn, whatever came of it. */
  accepted(turn: Turn): void {
    this.learned.accepted(turn, this.clock.now());
  }

  /**
   * The server said that the limit is reached, whatever was thought here: start from empty, and slower where the call tells
   * that the pace was too fast.
   * @param stated calls a minute that the server names as its limit
   * @returns whether that is worth telling: the first time that the rate falls
   */
  refused(turn: Turn, stated?: number): boolean {
    const now = this.clock.now();
    const { belief } = this.learned;
    this.learned.refused(turn, stated, now);
    this.empty();
    if (this.learned.belief === belief || this.hasToldOfFall) return false;
    return (this.hasToldOfFall = true);
  }

  /** Begins from nothing: what is left is not known. */
  empty(): void {
    this.tokens = 0;
    this.lastTaken = this.clock.now();
  }

  /** How the call came to its turn; null when the deadline is before it. */
  private async takeInTurn(asked: number, deadline: number, signal?: AbortSignal): Promise<Pace | null> {
    for (;;) {
      signal?.throwIfAborted();
      const now = this.clock.now();
      if (now > deadline) return null;
      const { atOnce, belief } = this.learned;
      const interval = this.refillMilliseconds;
      const tokens = Math.min(asked, atOnce);
      const elapsed = now - this.lastTaken;
      const available = Math.min(atOnce, this.tokens + Math.floor(elapsed / interval));
      if (available >= tokens) {
        const paced = this.tokens === 0;
        this.tokens = available - tokens;
        this.lastTaken = now;
        return { paced, pressed: paced && elapsed <= tokens * interval * PRESSING, belief };
      }
      const due = this.lastTaken + (tokens - this.tokens) * interval;
      if (due > deadline) return null;
      await this.clock.sleep(Math.max(1, Math.ceil(due - now)), signal);
    }
  }
}

export const NO_PACE: Pace = { paced: false, pressed: false, belief: -1 };

function settingOf(callsPerMinute: number, most: number): RateSetting {
  return { start: Math.max(1, Math.floor(callsPerMinute)), most: Math.max(1, most) };
}

async function untilAborted<T>(work: Promise<T>, signal?: AbortSignal): Promise<T> {
  if (!signal) return await work;
  signal.throwIfAborted();
  let stopListening = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    stopListening = () => signal.removeEventListener('abort', onAbort);
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    stopListening();
  }
}

const budgets = new Map<string, RateBudget>();

/**
 * The one budget of a workspace in this process, shared by all executions and nodes: Twenty counts per workspace,
 * not per key or workflow.
 * @param workspace as `workspaceOf` names it
 * @param callsPerMinute what the credential says; 0 to begin with what is usual there, and to find out the rest
 */
export function sharedRateBudget(workspace: string, callsPerMinute: number, clock: Clock): RateBudget {
  const [host] = workspace.split('/');
  const usual = /(^|\.)twenty\.com$/.test(host) ? CLOUD_CALLS_PER_MINUTE : DEFAULT_CALLS_PER_MINUTE;
  const [start, most] = callsPerMinute > 0 ? [callsPerMinute, callsPerMinute] : [usual, Infinity];
  const known = budgets.get(workspace);
  if (known) {
    known.setCallsPerMinute(start, most);
    return known;
  }
  const budget = new RateBudget(start, clock, most);
  budgets.set(workspace, budget);
  return budget;
}

/** Where the budget reads the time and waits: real in n8n, virtual in tests and in the benchmark. */
export interface Clock {
  /** Milliseconds on a clock that never goes back. */
  now(): number;
  /** Resolves after `ms`; rejects when `signal` aborts first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** How a call's turn came out: how long it waited, how many calls stood before it, whether it got its tokens in time. */
export interface Turn {
  granted: boolean;
  milliseconds: number;
  ahead: number;
}

export interface TakeOptions {
  signal?: AbortSignal;
  /** Clock time after which the tokens are of no use any more; the turn is then not granted. */
  deadline?: number;
}

/** Twenty's default: 100 tokens a minute for the whole workspace, all API keys together. */
export const DEFAULT_CALLS_PER_MINUTE = 100;

/**
 * A minute and a thirtieth more. Measured against Twenty's default limit (100 a minute, one back per 600 ms): a steady
 * pace of 620 ms was never refused, one of 300 ms fell to an accepted call per 900 ms.
 */
const PACED_MINUTE = 62_000;

/**
 * Mirrors the server's token bucket, a little slower than it: `callsPerMinute` tokens at rest, one more per interval,
 * and **the interval's clock starts again at each call**, so that fractions are lost as they are on the server.
 * Callers wait in the order in which they came.
 */
export class RateBudget {
  private capacity: number;
  private interval: number;
  private tokens: number;
  private lastTaken: number;
  private waiting = 0;
  private tail: Promise<void> = Promise.resolve();

  constructor(
    callsPerMinute: number,
    private readonly clock: Clock,
  ) {
    this.capacity = Math.max(1, Math.floor(callsPerMinute));
    this.interval = PACED_MINUTE / this.capacity;
    this.tokens = this.capacity;
    this.lastTaken = clock.now();
  }

  /** Milliseconds in which one token comes back. */
  get refillMilliseconds(): number {
    return this.interval;
  }

  get callsPerMinute(): number {
    return this.capacity;
  }

  /** Follows a changed credential without forgetting what was spent. */
  setCallsPerMinute(callsPerMinute: number): void {
    const capacity = Math.max(1, Math.floor(callsPerMinute));
    if (capacity === this.capacity) return;
    this.tokens = Math.max(0, capacity - (this.capacity - this.tokens));
    this.capacity = capacity;
    this.interval = PACED_MINUTE / capacity;
  }

  /**
   * Waits until `tokens` are there and takes them (one a root operation of the request), in the order of asking.
   * Rejects with the signal's reason when it aborts first; the callers behind are not held up by that.
   */
  async take(tokens: number, { signal, deadline = Infinity }: TakeOptions = {}): Promise<Turn> {
    const asked = this.clock.now();
    const ahead = this.waiting++;
    const wanted = Math.min(tokens, this.capacity);
    const turn = this.tail.then(async () => await this.takeInTurn(wanted, deadline, signal));
    this.tail = turn.then(
      () => undefined,
      () => undefined,
    );
    try {
      const granted = await untilAborted(turn, signal);
      return { granted, milliseconds: this.clock.now() - asked, ahead };
    } finally {
      this.waiting--;
    }
  }

  /** The server said that the limit is reached, whatever was thought here: start from empty. */
  drain(): void {
    this.tokens = 0;
    this.lastTaken = this.clock.now();
  }

  private async takeInTurn(tokens: number, deadline: number, signal?: AbortSignal): Promise<boolean> {
    for (;;) {
      signal?.throwIfAborted();
      const now = this.clock.now();
      if (now > deadline) return false;
      const refilled = Math.floor((now - this.lastTaken) / this.interval);
      const available = Math.min(this.capacity, this.tokens + refilled);
      if (available >= tokens) {
        this.tokens = available - tokens;
        this.lastTaken = now;
        return true;
      }
      const due = this.lastTaken + (tokens - this.tokens) * this.interval;
      if (due > deadline) return false;
      await this.clock.sleep(Math.max(1, Math.ceil(due - now)), signal);
    }
  }
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
 * not per key or workflow. `host` is the workspace URL's host and port.
 */
export function sharedRateBudget(host: string, callsPerMinute: number, clock: Clock): RateBudget {
  const known = budgets.get(host);
  if (known) {
    known.setCallsPerMinute(callsPerMinute);
    return known;
  }
  const budget = new RateBudget(callsPerMinute, clock);
  budgets.set(host, budget);
  return budget;
}

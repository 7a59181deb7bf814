import type { Fault } from '../systems/twenty-side';

/** One call that a worker wants to make: to the database or to Twenty. */
export interface Turn {
  label: string;
  /** Milliseconds since the epoch when it was about to be made. */
  askedAt: number;
}

interface Waiting extends Turn {
  go: (fault: Fault | null) => void;
}

/**
 * A sync run as a process that stands still before each of its calls, until the schedule lets it make it: runs can be
 * interleaved call by call, put to sleep, and killed between any two calls.
 */
export class Worker {
  /** A pull reads windows; a push reads the people it is about to write. */
  phase: 'read' | 'write' = 'read';
  /** Ledger time of the read that the current writes were planned from. */
  readAt = 0;
  /** Ledger time when the current writes were planned. */
  plannedAt = 0;
  /** Ledger time when Twenty took its last write. */
  writtenAt = 0;
  /** Schedule's time when the claim on what is written ends. */
  leaseEnd = Infinity;
  /** People that the current writes may change, and those they may create. */
  updates = new Set<string>();
  creates = new Set<string>();
  /** The people whom it has Twenty merge. */
  merging: { keep: string; drop: string } | null = null;
  /** It slept or another worker ran meanwhile: its tokens may be old. */
  maybeFenced = false;
  isDone = false;
  error: unknown = null;
  private waiting: Waiting | null = null;
  private arrival = deferred();

  constructor(
    readonly name: string,
    private readonly now: () => number,
  ) {}

  /** Starts the process; it runs up to its first call. */
  async start(run: (worker: Worker) => Promise<void>): Promise<void> {
    const { arrival } = this;
    run(this)
      .catch((error: unknown) => {
        this.error = error;
      })
      .finally(() => {
        this.isDone = true;
        this.arrival.resolve();
      });
    await arrival.promise;
  }

  /** The worker's side: waits for its turn and gives the fault that its call meets. */
  turn(label: string): Promise<Fault | null> {
    return new Promise((go) => {
      this.waiting = { label, askedAt: this.now(), go };
      this.arrival.resolve();
    });
  }

  /** The call it stands before. */
  get next(): Turn | null {
    return this.waiting;
  }

  /** The schedule's side: lets it make one call and waits until it stands before the next or has ended. */
  async step(fault: Fault | null = null): Promise<void> {
    const { waiting } = this;
    if (!waiting || this.isDone) return;
    this.waiting = null;
    this.arrival = deferred();
    const { promise } = this.arrival;
    waiting.go(fault);
    await promise;
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

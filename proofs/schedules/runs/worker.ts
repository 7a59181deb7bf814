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

/** The last call to be let go of those that a worker stands before at once. */
const LATEST = -1;

/**
 * A sync run as a process that stands still before each of its calls, until the schedule lets it make it: runs can be
 * interleaved call by call, put to sleep, and killed between any two calls. A run with several calls under way stands before
 * all of them; they are made one after the other, in whatever order the schedule says.
 */
export class Worker {
  /** Ledger time of its last read of Twenty. */
  readAt = 0;
  /** It slept or another worker ran meanwhile: its tokens may be old. */
  maybeFenced = false;
  isDone = false;
  error: unknown = null;
  /** The calls that it stands before, in order of asking. */
  private readonly waiting: Waiting[] = [];
  private made = deferred();

  constructor(
    readonly name: string,
    private readonly now: () => number,
  ) {}

  /** Starts the process; it runs up to its first call. */
  async start(run: (worker: Worker) => Promise<void>): Promise<void> {
    run(this)
      .catch((error: unknown) => {
        this.error = error;
      })
      .finally(() => {
        this.isDone = true;
      });
    await atRest();
  }

  /** The worker's side: makes a call when its turn comes, with the fault that it meets. */
  async call<T>(label: string, make: (fault: Fault | null, turn: Turn) => Promise<T>): Promise<T> {
    const turn = { label, askedAt: this.now() };
    const fault = await new Promise<Fault | null>((go) => {
      this.waiting.push({ ...turn, go });
    });
    try {
      return await make(fault, turn);
    } finally {
      this.made.resolve();
    }
  }

  /** The call that it has stood before for longest. */
  get next(): Turn | null {
    return this.waiting[0] ?? null;
  }

  /**
   * The schedule's side: lets it make one call and waits until it stands before others or has ended.
   * @param latest of several calls the one asked for last, not the first
   */
  async step(fault: Fault | null = null, latest = false): Promise<void> {
    if (this.isDone) return;
    const [turn] = this.waiting.splice(latest ? LATEST : 0, 1);
    if (!turn) return;
    this.made = deferred();
    turn.go(fault);
    await this.made.promise;
    await atRest();
  }
}

/** Between its calls a worker waits for nothing but promises: when they are through, it stands still. */
function atRest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

/** What drives waiting from outside. */
export interface Patience {
  now(): number;
  /** Rejects when the execution is cancelled first. */
  sleep(milliseconds: number): Promise<void>;
  log(message: string): void;
  /** Milliseconds that one call may wait in all. */
  maxWaitMs: number;
}

/** Why a call failed, as far as waiting is concerned. */
interface Failure {
  detail: string;
  /** Milliseconds after which calls are taken again, where the server says so. */
  retryAfterMs?: number;
}

/** What became of a call; `atLeast`: what there is of it where it stays as it is. */
type Outcome<T, F> = { value: T } | { failure: F; atLeast?: { value: T } };

const SHORTEST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Repeats a call that a server throttles or has trouble with, as long as may be waited, after pauses that double.
 * @param server its name, for the log
 * @returns the value, or the failure that is left
 */
export async function patiently<T, F extends Failure>(
  server: string,
  { now, sleep, log, maxWaitMs }: Patience,
  isWaitedFor: (failure: F) => boolean,
  work: () => Promise<Outcome<T, F>>,
): Promise<{ value: T } | { failure: F }> {
  const giveUp = now() + maxWaitMs;
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
    const outcome = await work();
    if ('value' in outcome) return outcome;
    const { failure, atLeast } = outcome;
    const wait = failure.retryAfterMs ?? pause;
    if (!isWaitedFor(failure) || now() + wait > giveUp) return atLeast ?? { failure };
    log(`${server} answered "${failure.detail}"; the call is sent again in ${wait / 1_000} s`);
    await sleep(wait);
  }
}

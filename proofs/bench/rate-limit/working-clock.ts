import type { Clock } from '../../../nodes/Twenty/transport/rate-budget';

/**
 * A clock on which work takes its real time and waiting takes none: sleeping moves the clock on by that much at once.
 * Right for one worker that does one thing after the other.
 */
export class WorkingClock implements Clock {
  private skipped = 0;

  now(): number {
    return performance.now() + this.skipped;
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    this.skipped += milliseconds;
    return Promise.resolve();
  }
}

import type { Clock } from '../../../nodes/Twenty/transport/rate-budget';

interface Sleeper {
  due: number;
  wake: () => void;
}

/**
 * A clock on which waiting takes no time, for any number of workers at once: when no work is under way, it goes on to what is due
 * next. Work takes its real time on it, or none.
 */
export class SkippingClock implements Clock {
  private skipped = 0;
  private working = 0;
  private isTurning = false;
  private sleepers: Sleeper[] = [];

  constructor(private readonly workTakes: 'its time' | 'no time') {}

  now(): number {
    return this.workTakes === 'its time' ? performance.now() + this.skipped : this.skipped;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((wake) => {
      this.sleepers.push({ due: this.now() + milliseconds, wake });
      this.turn();
    });
  }

  /** Work outside of this process, such as a query: nothing is skipped until it has come to its end. */
  async during<T>(work: Promise<T>): Promise<T> {
    this.working += 1;
    try {
      return await work;
    } finally {
      this.working -= 1;
      this.turn();
    }
  }

  /** What is awaited at once runs before the next turn. */
  private turn(): void {
    if (this.isTurning) return;
    this.isTurning = true;
    setImmediate(() => {
      this.isTurning = false;
      const [next] = this.sleepers.sort((a, b) => a.due - b.due);
      if (!next) return;
      const wait = next.due - this.now();
      if (this.working > 0) {
        if (this.workTakes === 'no time') return;
        if (wait > 0) {
          setTimeout(() => this.turn(), wait);
          return;
        }
      }
      this.skipped += Math.max(0, wait);
      this.sleepers.shift();
      next.wake();
      this.turn();
    });
  }
}

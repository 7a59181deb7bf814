import type { Clock } from '../../../nodes/Twenty/transport/rate-budget';

interface Sleeper {
  due: number;
  wake: () => void;
}

/** A clock for several workers: sleeping takes no time, work takes none of the clock's, and time goes on only when no work is under way. */
export class SharedClock implements Clock {
  private time = 0;
  private working = 0;
  private isTurning = false;
  private sleepers: Sleeper[] = [];

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    await new Promise<void>((wake) => {
      this.sleepers.push({ due: this.time + milliseconds, wake });
      this.turn();
    });
  }

  /** Work outside of this process, such as a query: the clock stands still until it has come to its end. */
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
      if (this.working > 0) return;
      const next = this.sleepers.sort((a, b) => a.due - b.due).shift();
      if (!next) return;
      this.time = Math.max(this.time, next.due);
      next.wake();
      this.turn();
    });
  }
}

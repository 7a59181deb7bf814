import type { Clock } from '../../../../nodes/Twenty/transport/rate-budget';

interface Sleeper {
  due: number;
  wake: () => void;
}

/** A clock on which sleeping takes no time: it jumps to the next sleeper when everything else has come to rest. */
export class VirtualClock implements Clock {
  private time = 0;
  private sleepers: Sleeper[] = [];
  private isTurning = false;

  now(): number {
    return this.time;
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      const sleeper: Sleeper = { due: this.time + milliseconds, wake: resolve };
      this.sleepers.push(sleeper);
      signal?.addEventListener('abort', () => {
        this.sleepers = this.sleepers.filter((other) => other !== sleeper);
        reject(signal.reason as Error);
      });
      this.turn();
    });
  }

  private turn(): void {
    if (this.isTurning) return;
    this.isTurning = true;
    setImmediate(() => {
      this.isTurning = false;
      const next = this.sleepers.sort((a, b) => a.due - b.due).shift();
      if (!next) return;
      this.time = Math.max(this.time, next.due);
      next.wake();
      if (this.sleepers.length > 0) this.turn();
    });
  }
}

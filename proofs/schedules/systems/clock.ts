import type { Clock } from '../../../nodes/Twenty/transport/rate-budget';

/** Every schedule starts at this moment, so that one schedule always plays the same. */
const START = Date.parse('2026-03-02T09:00:00.000Z');

/** The time of a schedule: it moves only when somebody spends it. */
export class VirtualClock implements Clock {
  private time = START;

  /** Milliseconds since the epoch. */
  readonly now = (): number => this.time;

  readonly sleep = (ms: number): Promise<void> => {
    this.advance(ms);
    return Promise.resolve();
  };

  advance(ms: number): void {
    this.time += ms;
  }

  reset(): void {
    this.time = START;
  }
}

import type { TwentyClient } from '../transport/client';
import type { TwentyFailure } from '../transport/failures';

/** A write that has been answered, or not. */
export interface AnsweredWrite {
  /** Writes of one kind cost about the same a record. */
  kind: string;
  records: number;
  milliseconds: number;
  /** How many were under way when it was sent, itself among them. */
  atOnce: number;
  /** Whether Twenty refused it for its rate limit before it was taken. */
  wasRefused: boolean;
  failure: TwentyFailure | null;
}

/** A server with two cores took 288 updates/s one write at a time and 494 with four at once; more brought nothing. */
const MOST = 4;
/** Writes that may wait inside the server before fewer are sent at once, and up to which more are (TCP Vegas: β and α). */
const TOO_MANY_WAITING = 2;
const FEW_WAITING = 0.5;
/** Smaller writes say little: what a call costs by itself weighs too much in them. */
const TELLING_RECORDS = 100;
/** How long the best time counts: a server changes, and so does what else it has to do. */
const BEST_FOR_MS = 10 * 60_000;
/** What a server answers, or does not, that is asked for more than it can do. */
const OVERLOADED = new Set<TwentyFailure['category']>(['rate_limit', 'timeout', 'network', 'cut_off', 'server']);

/**
 * How many writes may be under way at once, found out from the answers as TCP Vegas does: while an answer takes hardly longer
 * than the best one took, another write finds the server free; where it takes longer, writes wait inside the server, and make
 * others wait that people ask for. A refusal for the rate limit or an answer that stays away halves the number.
 */
export class WritesAtOnce {
  /** Writes that may be under way now. */
  limit = 1;
  private changedAt = -Infinity;
  /** The least milliseconds a record, by kind, and when that was. */
  private readonly best = new Map<string, { milliseconds: number; at: number }>();

  /** @param now milliseconds on a clock that never goes back */
  constructor(private readonly now: () => number) {}

  note({ kind, records, milliseconds, atOnce, wasRefused, failure }: AnsweredWrite): void {
    // a change shows in the answers to what was sent after it
    if (this.now() - milliseconds < this.changedAt) return;
    if (wasRefused || (failure !== null && OVERLOADED.has(failure.category))) {
      this.change(Math.floor(this.limit / 2));
      return;
    }
    if (failure !== null || records < TELLING_RECORDS) return;
    const taken = milliseconds / records;
    const waiting = atOnce * (1 - this.bestOf(kind, taken) / taken);
    if (waiting > TOO_MANY_WAITING) this.change(this.limit - 1);
    // where fewer were sent, that says nothing of more
    else if (waiting < FEW_WAITING && atOnce >= this.limit) this.change(this.limit + 1);
  }

  private bestOf(kind: string, taken: number): number {
    const known = this.best.get(kind);
    if (known && known.milliseconds <= taken && this.now() - known.at < BEST_FOR_MS) return known.milliseconds;
    this.best.set(kind, { milliseconds: taken, at: this.now() });
    return taken;
  }

  private change(limit: number): void {
    this.limit = Math.min(MOST, Math.max(1, limit));
    this.changedAt = this.now();
  }
}

const known = new Map<string, WritesAtOnce>();

/** What this process has found out about a server. */
export function writesAtOnce({ urls, clock }: TwentyClient): WritesAtOnce {
  const found = known.get(urls.base) ?? new WritesAtOnce(() => clock.now());
  known.set(urls.base, found);
  return found;
}

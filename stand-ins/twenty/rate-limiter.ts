export interface RateLimit {
  /** Calls that a full bucket holds. */
  tokens: number;
  /** Milliseconds in which an empty bucket fills again. */
  windowMs: number;
}

/** 100 tokens per 60 s and workspace: the server's default, measured on 2.21. */
export const DEFAULT_RATE_LIMIT: RateLimit = { tokens: 100, windowMs: 60_000 };

/**
 * The server's token bucket. Whole tokens come back, one per `windowMs / tokens` (600 ms), counted from the last
 * *accepted* call: taking a token restarts that clock and loses the fraction, a refusal changes nothing.
 */
export class TokenBucket {
  private available: number;
  private lastTakenAt: number;

  constructor(
    readonly limit: RateLimit,
    private readonly clock: () => number,
  ) {
    this.available = limit.tokens;
    this.lastTakenAt = clock();
  }

  /** Takes one token; false when none is left. */
  tryTake(): boolean {
    const now = this.clock();
    const refilled = Math.floor(((now - this.lastTakenAt) * this.limit.tokens) / this.limit.windowMs);
    const tokens = Math.min(this.limit.tokens, this.available + Math.max(0, refilled));
    if (tokens < 1) return false;
    this.available = tokens - 1;
    this.lastTakenAt = now;
    return true;
  }
}

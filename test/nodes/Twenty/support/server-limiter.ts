/** Twenty's own limiter as measured: 100 tokens, one back per 600 ms, and each accepted call restarts that clock. */
export class ServerLimiter {
  private tokens: number;
  private lastAccepted: number;
  refused = 0;
  accepted = 0;

  constructor(
    private readonly now: () => number,
    public capacity = 100,
  ) {
    this.tokens = capacity;
    this.lastAccepted = now();
  }

  accept(tokens = 1): boolean {
    const refilled = Math.floor((this.now() - this.lastAccepted) / (60_000 / this.capacity));
    const available = Math.min(this.capacity, this.tokens + refilled);
    if (available < tokens) {
      this.refused++;
      return false;
    }
    this.tokens = available - tokens;
    this.lastAccepted = this.now();
    this.accepted += tokens;
    return true;
  }
}

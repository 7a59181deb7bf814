/** How many deliveries are remembered at most: 5 minutes at over 150 a second. Beyond, the oldest are forgotten. */
const CAPACITY = 50_000;

/**
 * The deliveries already taken, so that a repeated one is noticed while its timestamp would still let it in. Known by
 * their signature: the nonce that Twenty sends along is not signed and could be changed at will.
 */
export class SeenDeliveries {
  private readonly until = new Map<string, number>();

  /**
   * Remembers a delivery.
   * @param now and `until`, when its timestamp becomes too old: milliseconds since 1970
   * @returns whether it is a new one
   */
  isNew(signature: string, now: number, until: number): boolean {
    for (const [oldest, end] of this.until) {
      if (end >= now && this.until.size < CAPACITY) break;
      this.until.delete(oldest);
    }
    if (this.until.has(signature)) return false;
    this.until.set(signature, until);
    return true;
  }
}

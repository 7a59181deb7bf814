/**
 * Gathers the events that arrive within one window. The first one waits for the window to end and takes them all; the
 * others need not wait. So a burst starts few executions, and all but one sender at a time are answered at once.
 */
export class Gathering<T> {
  private readonly open = new Map<string, T[]>();

  /** @param longestMs how far a window grows while events keep coming */
  constructor(private readonly longestMs: number) {}

  /**
   * @param key what is gathered apart: the events of one trigger node
   * @param windowMs how long to wait for more
   * @returns the window's events in the order of their arrival for its first, null for the others
   */
  async add(key: string, event: T, windowMs: number, sleep: (ms: number) => Promise<void>): Promise<T[] | null> {
    const others = this.open.get(key);
    if (others !== undefined) {
      others.push(event);
      return null;
    }
    const gathered = [event];
    this.open.set(key, gathered);
    let known = 0;
    for (let waited = 0; waited < this.longestMs && gathered.length > known; waited += windowMs) {
      known = gathered.length;
      await sleep(Math.min(windowMs, this.longestMs - waited));
    }
    this.open.delete(key);
    return gathered;
  }
}

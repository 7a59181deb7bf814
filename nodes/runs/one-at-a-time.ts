/** What a loop learns of those who came while it was at work. */
export interface Meanwhile {
  /** Whether somebody came. */
  came(): boolean;
  /** The same, and forgets it; where nobody came, the next one may begin. */
  taken(): boolean;
}

/**
 * Lets one loop at a time work on a thing in this process. Whoever comes meanwhile need not wait: the one at work looks
 * again before it ends.
 */
export class OneAtATime {
  /** What is worked on, and whether somebody came meanwhile. */
  private readonly wanted = new Map<string, boolean>();

  /**
   * @param work looks again as long as somebody was taken
   * @returns false where another one is at work
   */
  async run(thing: string, work: (meanwhile: Meanwhile) => Promise<void>): Promise<boolean> {
    if (this.wanted.has(thing)) {
      this.wanted.set(thing, true);
      return false;
    }
    this.wanted.set(thing, false);
    let isMine = true;
    const end = (): void => {
      if (isMine) this.wanted.delete(thing);
      isMine = false;
    };
    const came = (): boolean => isMine && this.wanted.get(thing) === true;
    const taken = (): boolean => {
      if (!came()) {
        end();
        return false;
      }
      this.wanted.set(thing, false);
      return true;
    };
    try {
      await work({ came, taken });
      return true;
    } finally {
      end();
    }
  }
}

/**
 * Lets one loop at a time work on a thing in this process. Whoever comes meanwhile need not wait: the one at work looks
 * again before it ends.
 */
export class OneAtATime {
  /** What is worked on, and whether somebody came meanwhile. */
  private readonly wanted = new Map<string, boolean>();

  /**
   * @param work gets what tells it whether to look again; once that said no, the next one may begin
   * @returns false where another one is at work
   */
  async run(thing: string, work: (isWantedAgain: () => boolean) => Promise<void>): Promise<boolean> {
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
    try {
      await work(() => {
        if (this.wanted.get(thing) === true) {
          this.wanted.set(thing, false);
          return true;
        }
        end();
        return false;
      });
      return true;
    } finally {
      end();
    }
  }
}

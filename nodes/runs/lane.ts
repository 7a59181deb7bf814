/** Work that takes turns, in order of asking. */
export class Lane {
  private last: Promise<unknown> = Promise.resolve();

  /** Does some work when all that was asked for before has come to its end, well or not. */
  async take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return await turn;
  }
}

export type Invariant =
  | 'Converged'
  | 'Equal'
  | 'No lost write'
  | 'Bijection'
  | 'Quiet'
  | 'Replay'
  | 'Monotone cursor'
  | 'Tombstones'
  | 'Fenced'
  | 'Isolated'
  | 'Touches'
  | 'Filter'
  | 'Approval';

/** An invariant of the protocol does not hold. Anything else that a schedule throws is a fault of the code, not of the rules. */
export class Violation extends Error {
  constructor(
    readonly invariant: Invariant,
    message: string,
  ) {
    super(`${invariant}: ${message}`);
    this.name = 'Violation';
  }
}

/** The invariants that schedules of the edge must hold. */
export type Invariant =
  /** Every replica row equals its source, and there is no other. */
  | 'Alike'
  /** Every e-mail and event is in Supabase once, in its furthest state. */
  | 'Arrived'
  /** Nothing older overwrites anything newer. */
  | 'Forward'
  /** No reader of the replica sees fewer rows than there are. */
  | 'Whole'
  /** A rebuild that is asked for is made, and made once. */
  | 'Built'
  /** At rest, one more round writes nothing and finds nothing. */
  | 'Quiet'
  /** A run ends by itself, or by a lost lease or calls that failed. */
  | 'Runs';

/** An invariant that does not hold; a run carries it up like any error. */
export class Violation extends Error {
  override name = 'Violation';

  constructor(invariant: Invariant, what: string) {
    super(`${invariant}: ${what}`);
  }
}

/** A call as the log has it (names of fields: see `fields.ts` for those of pushes). */
export type RawCall = Record<string, unknown>;

/** How an account writes what calls do not say themselves. */
export interface Account {
  /** IANA name, of times without an offset. */
  timeZone: string;
  /** ISO 3166 alpha-2 or English name, of numbers without a plus sign. */
  country: string;
}

/** A call that was read, whatever its fields were called. */
export interface Call {
  uuid: string | null;
  /** E.164. */
  customer: string | null;
  /** E.164, or the name of an extension; null where nobody took it. */
  agent: string | null;
  /** The account's number that was called, in E.164. */
  knowlarityNumber: string | null;
  /** ISO 8601 in UTC. */
  time: string | null;
  seconds: number | null;
  kind: string | null;
  /** null: it is in progress, or nothing says. */
  outcome: 'answered' | 'missed' | null;
}

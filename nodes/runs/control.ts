/** The functions of the database (docs/data-contract.md), each call a transaction. */
export interface StorePort {
  /** @param args by name; what is `null` is left to the function's default */
  rpc<T>(name: string, args: Record<string, unknown>): Promise<T>;
}

/** What drives a loop from outside. */
export interface Control {
  /** Milliseconds; only differences count. */
  now(): number;
  /** Ends early when the execution is cancelled; never rejects. */
  sleep(milliseconds: number): Promise<void>;
  isCancelled(): boolean;
  /** Whether trying a failed call again cannot help: a wrong key, a lost lease. */
  isHopeless(error: unknown): boolean;
  /** Whether the database ran into its time limit: the same call again would, too; smaller ones may not. */
  isTooLong(error: unknown): boolean;
  log(message: string): void;
  /** Tells whoever looks at the execution what they should do something about. */
  warn(message: string): void;
  /** How often a read or a call of the database is tried. */
  tries: number;
  /** Milliseconds between two tries. */
  pause: number;
  /** Milliseconds after which no further page or claim is begun; null for no limit. */
  maxDuration: number | null;
}

/** What started a run, for its record. */
export type Trigger = 'scheduled' | 'manual' | 'webhook';

/** Under whose lease calls are made. */
export interface RunToken {
  id: string;
  token: string;
}

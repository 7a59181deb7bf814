import type { IntakePorts as Ports, StoringReport } from '../../runs/intake';
import type { Filters } from '../calls/read';
import type { Account } from '../calls/types';
import type { KnowlarityClient } from '../transport/client';

/** All that the loops of the intake know of the world. */
export interface IntakePorts extends Ports {
  client: KnowlarityClient;
  account: Account;
}

export interface PollOrder {
  filters: Filters;
  /** How far back the log is read that was never read before, in days. */
  firstDays: number;
  /** How far before the cursor the log is read again, in minutes: a call in progress is listed anew when it is over. */
  overlapMinutes: number;
  /** Reads only the last so many minutes and leaves the cursor alone, as a push asks for; null: from the cursor on. */
  lookBackMinutes: number | null;
}

/** What a poll did; what failed waits in the inbox. */
export interface PollReport extends StoringReport {
  found: number;
  /** Calls that were known, and of which more is known now. */
  completed: number;
  /** Calls of withheld numbers, or without an ID: nobody could be called back. */
  without_number: number;
  /** The time was over before all was read: the next poll goes on from there. */
  more_due: boolean;
}

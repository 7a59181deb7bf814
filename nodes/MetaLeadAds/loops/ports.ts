import type { IntakePorts as Ports, StoringReport, Trouble } from '../../runs/intake';
import type { MappingOptions } from '../leads/to-lead';
import type { GraphClient } from '../transport/client';

/** All that the loops of the intake know of the world. */
export interface IntakePorts extends Ports {
  graph: GraphClient;
  /** Which inbox the store has: one drain at a time works on it. */
  inbox: string;
}

export const SOURCE = 'meta';

export interface DrainOrder extends Pick<MappingOptions, 'ownFields'> {
  /** Leads that are read and stored at once. */
  batchSize: number;
}

/** What a drain did; leads that failed come again after a pause. */
export interface DrainReport extends StoringReport {
  claimed: number;
  more_due: boolean;
  /** Whether nothing was done, because a drain that was at work looks again before it ends. */
  joined: boolean;
}

export interface PollOrder {
  /** The forms to look at; those of the page when empty. */
  formIds: readonly string[];
  pageId: string | null;
  /** How far back a form is read that was never read before, in days; Meta keeps leads for 90. */
  firstDays: number;
  /** How far before the cursor a form is read again, in minutes: Meta lists a lead a little after it was made. */
  overlapMinutes: number;
}

/** What a poll found. */
export interface PollReport {
  /** That were looked at. */
  forms: number;
  found: number;
  /** Nobody had named them before. */
  added: number;
  /** Forms that could not be read. */
  failed: number;
  troubles: Trouble[];
  /** Whether the time was over before all forms were looked at. */
  more_due: boolean;
}

import type { Control, StorePort } from '../../runs/control';
import type { LeadOfMeta, MappingOptions } from '../leads/to-lead';
import type { GraphClient } from '../transport/client';

/** What the database did with one lead of a list; `index` is its place there. */
export interface Stored {
  index: number | null;
  result: string;
  reason: string | null;
}

/** All that the loops of the intake know of the world. */
export interface IntakePorts {
  graph: GraphClient;
  store: StorePort;
  /** Takes leads in through the one door (`upsert_leads`). */
  upsert(leads: LeadOfMeta[]): Promise<Stored[]>;
  /** Milliseconds since 1970. */
  today(): number;
  control: Control;
}

export const SOURCE = 'meta';

export interface DrainOrder extends Pick<MappingOptions, 'ownFields'> {
  /** Leads that are read and stored at once. */
  batchSize: number;
}

/** Why leads could not be read or stored: how many, and some of them. */
export interface Trouble {
  reason: string;
  count: number;
  ids: string[];
}

/** What a drain did. */
export interface DrainReport {
  claimed: number;
  created: number;
  updated: number;
  /** Their touch came before, or they say nothing new. */
  unchanged: number;
  /** They come again after a pause. */
  failed: number;
  troubles: Trouble[];
  more_due: boolean;
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
  forms: number;
  found: number;
  /** Nobody had named them before. */
  added: number;
  /** Forms that could not be read. */
  failed: number;
  troubles: Trouble[];
}

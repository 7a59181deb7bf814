import type { Write } from '../../../lead';
import type { AsksAbove } from './asked';
import type { Counts, Example, WaitsForLead } from './report';

/** A lead that is due, as the database tells it: since when, and what a push reads of it. */
export type DueLead = [
  dueAt: string,
  leadId: string,
  twentyId: string | null,
  email: string | null,
  other: string | null,
];

/** One that is due, but that the filter keeps here: its claim stops it before anybody reads. */
export type KeptLead = [dueAt: string, leadId: string, isSent: false];

export type ListedLead = DueLead | KeptLead;

/** A lead that a claim could not send: why, the person who has its e-mail, and its own person. */
export type HeldLead = [leadId: string, category: string, heldBy: string | null, twentyId: string | null];

export interface MergeCounts {
  [name: string]: number | Counts;
  conflicts: Counts;
}

/** What `preview_sync` answers of a page or a claim. */
export interface StepAnswer {
  counts: MergeCounts;
  examples: Example[];
  touched: Array<[leadId: string, twentyId: string]>;
  due: ListedLead[];
  read_started_at: string;
}

export interface PushAnswer extends StepAnswer {
  pushed: Counts;
  writes: Write[];
  blanks: string[];
  again: string[];
  held: HeldLead[];
  answers?: Counts;
}

export interface StartAnswer {
  mode: string;
  object: string;
  fields: unknown;
  fields_fingerprint?: string | null;
  window: { from: string | null; until: string | null };
  position: string | null;
  settings: { default_country: string; strict: boolean };
  read_started_at: string;
  leads: number;
  linked: number;
  waits_for_lead?: WaitsForLead;
  merges?: number;
  asks_above?: AsksAbove;
  schema_version?: number;
}

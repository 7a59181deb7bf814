import type { RawFigures } from './raw';

/** One measured run. `leads`: those it moved; for a run that finds no change, those it had to know about. */
export interface Measure {
  leads: number;
  seconds: number;
  leads_per_s: number;
  /** Rate tokens (root operations), as Twenty counts them. */
  twenty_calls: number;
  supabase_calls: number;
  /** Processor seconds of n8n's process for 1,000 leads. */
  n8n_cpu_s_per_1000: number;
}

export interface Rate {
  leads: number;
  seconds: number;
  leads_per_s: number;
}

/** Memory of n8n's process in MB (1024 × 1024 bytes). */
export interface Memory {
  /** Before the run. */
  baseline_mb: number;
  peak_mb: number;
  growth_mb: number;
}

/** Of the first pull and the first push. */
export interface SyncMemory {
  pull: Memory;
  push: Memory;
}

/** A reconciliation of equal sides: what it costs to know that nothing is amiss. */
export interface ReconcileFigures {
  measure: Measure;
  memory: Memory;
}

export interface SyncFigures {
  first_pull: Measure;
  delta_pull: Measure;
  no_change: Measure;
  /** The same with 1,000 leads on both sides. */
  no_change_at_1000: Measure;
  first_push: Measure;
  delta_push: Measure;
  /** Of all leads, changed; only where Twenty has a speed. */
  full_push: Measure | null;
  /** Only where Twenty has a speed. */
  raw: RawFigures | null;
  /** Distinct companies of the first push, none of them in Twenty before. */
  push_companies: number;
  reconcile: ReconcileFigures;
  /** Read from Twenty. */
  bytes: { full: number; delta: number };
  memory: SyncMemory;
  /** Of 10,000 leads in the same n8n; only where the bench itself has more. */
  reference_memory: (SyncMemory & { leads: number }) | null;
}

export interface ItemFigures {
  pull: Rate;
  push: Rate;
}

export interface LimitRate extends Rate {
  leads_per_hour: number;
  twenty_calls: number;
  /** Calls that the limiter refused. */
  refused: number;
}

export interface LimitFigures {
  pull: LimitRate;
  push: LimitRate;
}

/** Work of the database alone. */
export interface DatabaseFigures {
  /** A plain upsert of 1,000 leads with a history row each. */
  yardstick_ms: number;
  /** 1,000 people through the door, in yardsticks. */
  database: { new: number; changed: number; unchanged: number };
}

/** What processes that share Twenty's default limit get out of it. */
export interface WorkerRate {
  calls_per_minute: number;
  refused: number;
  leads_per_s: number;
}

/** By how many there are; `unshared`: the most of them, each with a budget of its own. */
export type WorkersFigures = Record<'1' | '2' | '4' | 'unshared', WorkerRate>;

/** What was measured; a part that did not run is null. */
export interface Figures {
  sync: SyncFigures | null;
  item: ItemFigures | null;
  limit: LimitFigures | null;
  database: DatabaseFigures | null;
  workers: WorkersFigures | null;
}

const rounded = (value: number, digits: number): number => Number(value.toFixed(digits));

export function rateOf(leads: number, seconds: number): Rate {
  return { leads, seconds: rounded(seconds, 3), leads_per_s: rounded(leads / Math.max(seconds, 0.001), 1) };
}

export function processorPerThousand(seconds: number, leads: number): number {
  return rounded((seconds / leads) * 1_000, 3);
}

/** How many times faster; null when one of the two was not measured. */
export function ratioOf(ours: Rate | undefined, theirs: Rate | undefined): number | null {
  return ours && theirs ? rounded(ours.leads_per_s / theirs.leads_per_s, 1) : null;
}

/** What the nodes do of what a raw client does in the same run. */
export type ShareOfRaw = Record<'pull' | 'create' | 'update', number>;

/** Null where no raw client was measured. */
export function shareOfRaw({
  raw,
  first_pull: pull,
  first_push: create,
  full_push: update,
}: SyncFigures): ShareOfRaw | null {
  if (raw === null || update === null) return null;
  const share = (ours: number, theirs: number): number => rounded(ours / theirs, 2);
  return {
    pull: share(pull.leads_per_s, raw.read_per_s),
    create: share(create.leads_per_s, raw.create_per_s),
    update: share(update.leads_per_s, raw.update_per_s),
  };
}

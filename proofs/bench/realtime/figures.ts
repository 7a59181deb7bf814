export interface Latency {
  p50_ms: number;
  p95_ms: number;
}

export interface Burst {
  events: number;
  records: number;
  /** Webhooks that were answered with 2xx. */
  accepted: number;
  answer_p95_ms: number;
  /** Records whose last edit arrived. */
  applied: number;
  twenty_reads: number;
  /** From the first webhook to the last record. */
  seconds: number;
}

export interface Outage {
  events: number;
  /** Edits that the next scheduled pull brought. */
  caught: number;
}

/** What was measured; a part that did not run is left out. */
export interface RealtimeFigures {
  twenty_to_supabase?: Latency;
  supabase_to_twenty?: Latency;
  /** From a note in Twenty to its lead. */
  notes?: Latency;
  burst?: Burst;
  outage?: Outage;
}

/** The value that a share of all values does not exceed (nearest rank); 0 without values. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
}

export function latencyOf(milliseconds: readonly number[]): Latency {
  return {
    p50_ms: Math.round(percentile(milliseconds, 0.5)),
    p95_ms: Math.round(percentile(milliseconds, 0.95)),
  };
}

/** Twenty reads of a burst: 60 for 5,000 webhooks on 1,000 records. */
const MOST_READS = 60;

/** What is promised and does not hold, one line each. */
export function missedBars(figures: RealtimeFigures): string[] {
  const { twenty_to_supabase: pull, supabase_to_twenty: push, notes, burst, outage } = figures;
  const bars: Array<[string, boolean | undefined]> = [
    ['Twenty edit → Supabase row: p50 at most 500 ms', pull && pull.p50_ms <= 500],
    ['Twenty edit → Supabase row: p95 at most 2,000 ms', pull && pull.p95_ms <= 2_000],
    ['Supabase edit → Twenty: p95 at most 3,000 ms', push && push.p95_ms <= 3_000],
    ['Note in Twenty → its lead: p95 at most 1,000 ms', notes && notes.p95_ms <= 1_000],
    ['Burst: every webhook answered with 2xx', burst && burst.accepted === burst.events],
    ['Burst: p95 of the answers at most 250 ms', burst && burst.answer_p95_ms <= 250],
    ['Burst: every record applied', burst && burst.applied === burst.records],
    [`Burst: at most ${MOST_READS} Twenty reads`, burst && burst.twenty_reads <= MOST_READS],
    ['Outage: every edit caught by the next schedule', outage && outage.caught === outage.events],
  ];
  return bars.filter(([, holds]) => holds === false).map(([bar]) => bar);
}

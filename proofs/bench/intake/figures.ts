import type { Latency } from '../realtime/figures';

export const SOURCES = ['meta', 'form', 'knowlarity'] as const;
export type Source = (typeof SOURCES)[number];

export interface Burst {
  /** Each of another lead, and sent twice. */
  deliveries: number;
  /** Leads of them in Supabase afterwards. */
  leads: number;
  /** Leads or people in Twenty that are there more than once. */
  doubled: number;
  /** Deliveries that were answered with 2xx both times. */
  accepted: number;
  answer_p95_ms: number;
  /** Calls of Meta's Graph API; a batch is one. */
  graph_calls: number;
}

/** A first search for possible duplicates. */
export interface Duplicates {
  leads: number;
  seconds: number;
  /** The most memory of its own that the backend had, in MB. */
  peak_mb: number;
  pairs: number;
}

/** What was measured; a part that did not run is left out. */
export interface IntakeFigures {
  /** From the provider's event to the person in Twenty, by source. */
  latency?: Partial<Record<Source, Latency>>;
  burst?: Burst;
  /** Leads and calls that no webhook told of and one poll did not bring. */
  outage?: { missed: number };
  duplicates?: Duplicates;
}

/** 50 leads are a call. */
const LEADS_PER_CALL = 50;
/** Calls for what no batch is full of, and for names of forms. */
const MORE_CALLS = 10;

/** What is promised and does not hold, one line each. */
export function missedBars({ latency, burst, outage }: IntakeFigures): string[] {
  const bars: Array<[string, boolean | undefined]> = [
    ...SOURCES.map((source): [string, boolean | undefined] => {
      const figures = latency?.[source];
      return [`Event of ${source} → Twenty: p95 at most 5,000 ms`, figures && figures.p95_ms <= 5_000];
    }),
    ['Burst: every delivery answered with 2xx', burst && burst.accepted === burst.deliveries],
    ['Burst: p95 of the answers at most 250 ms', burst && burst.answer_p95_ms <= 250],
    ['Burst: a lead for every delivery', burst && burst.leads === burst.deliveries],
    ['Burst: no lead twice', burst && burst.doubled === 0],
    [
      'Burst: a call of Meta for 50 leads, and 10 more',
      burst && burst.graph_calls <= Math.ceil(burst.deliveries / LEADS_PER_CALL) + MORE_CALLS,
    ],
    ['Outage: every lead and call brought by one poll', outage && outage.missed === 0],
  ];
  return bars.filter(([, holds]) => holds === false).map(([bar]) => bar);
}

import { partsOf, wholeNumber, readArguments } from '../arguments';

/**
 * The parts that can run apart: both syncs in n8n, n8n's own nodes lead by lead, the rate limit on a virtual clock, the database
 * alone, several workers on a virtual clock.
 */
export const PARTS = ['sync', 'item', 'limit', 'database', 'workers'] as const;
export type Part = (typeof PARTS)[number];

export type TwentySpeed = 'none' | 'real';

export interface BenchOptions {
  /** People in Twenty for the first pull, and as many other leads in Supabase for the first push. */
  leads: number;
  /** Leads per direction for the flow that handles one at a time. */
  itemLeads: number;
  /** Leads per direction at Twenty's default limit. */
  limitLeads: number;
  /** Milliseconds that Twenty takes for each answer on top of its work, in every part. */
  latencyMs: number;
  /** How long Twenty works for each record: as long as a real server did when it was measured, or no time at all. */
  twentySpeed: TwentySpeed;
  json: boolean;
  parts: readonly Part[];
}

function speed(text: string): TwentySpeed {
  if (text === 'none' || text === 'real') return text;
  throw new Error(`--twenty-speed takes none or real, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): BenchOptions {
  const { values } = readArguments({
    args,
    options: {
      leads: { type: 'string', default: '10000' },
      'item-leads': { type: 'string', default: '500' },
      'limit-leads': { type: 'string', default: '30000' },
      latency: { type: 'string', default: '20' },
      'twenty-speed': { type: 'string', default: 'none' },
      json: { type: 'boolean', default: false },
      only: { type: 'string', default: PARTS.join(',') },
    },
  });
  return {
    leads: wholeNumber('leads', values.leads, 100),
    itemLeads: wholeNumber('item-leads', values['item-leads'], 1),
    limitLeads: wholeNumber('limit-leads', values['limit-leads'], 1_000),
    latencyMs: wholeNumber('latency', values.latency, 0),
    twentySpeed: speed(values['twenty-speed']),
    json: values.json,
    parts: partsOf(PARTS, values.only),
  };
}

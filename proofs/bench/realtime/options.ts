import { parseArgs } from 'node:util';

export const PARTS = ['latency', 'burst', 'outage'] as const;
export type Part = (typeof PARTS)[number];

export interface RealtimeOptions {
  /** Edits of each side, one a second, whose way is timed. */
  samples: number;
  /** People and leads that both sides have. */
  records: number;
  /** Webhooks of the burst, on all records in turn. */
  events: number;
  /** Senders that wait for each answer before they send the next webhook. */
  senders: number;
  /** Edits in Twenty while n8n is down. */
  outageEvents: number;
  parts: readonly Part[];
  json: boolean;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} takes a whole number of at least 1, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): RealtimeOptions {
  const { values } = parseArgs({
    args,
    options: {
      samples: { type: 'string', default: '60' },
      records: { type: 'string', default: '1000' },
      events: { type: 'string', default: '5000' },
      senders: { type: 'string', default: '20' },
      'outage-events': { type: 'string', default: '500' },
      only: { type: 'string', default: PARTS.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(', ')} (with commas), not ${unknown}.`);
  return {
    samples: count('samples', values.samples),
    records: count('records', values.records),
    events: count('events', values.events),
    senders: count('senders', values.senders),
    outageEvents: count('outage-events', values['outage-events']),
    parts: PARTS.filter((part) => names.includes(part)),
    json: values.json,
  };
}

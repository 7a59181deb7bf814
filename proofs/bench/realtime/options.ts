import { partsOf, wholeNumber, readArguments } from '../../arguments';

export const PARTS = ['latency', 'notes', 'burst', 'outage'] as const;
export type Part = (typeof PARTS)[number];

export interface RealtimeOptions {
  /** Edits of each side, and notes, one a second, whose way is timed. */
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

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): RealtimeOptions {
  const { values } = readArguments({
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
  return {
    samples: wholeNumber('samples', values.samples),
    records: wholeNumber('records', values.records),
    events: wholeNumber('events', values.events),
    senders: wholeNumber('senders', values.senders),
    outageEvents: wholeNumber('outage-events', values['outage-events']),
    parts: partsOf(PARTS, values.only),
    json: values.json,
  };
}

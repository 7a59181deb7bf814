import { parseArgs } from 'node:util';

export const PARTS = ['latency', 'burst', 'outage', 'duplicates'] as const;
export type Part = (typeof PARTS)[number];

export interface IntakeOptions {
  /** Leads of each source whose way is timed. */
  samples: number;
  /** Of them a second. */
  rate: number;
  /** Deliveries of the burst, a lead each; all are sent twice. */
  deliveries: number;
  /** Senders that wait for each answer before they send the next delivery. */
  senders: number;
  /** Leads, and as many calls, that no webhook tells of. */
  outageLeads: number;
  /** Among which duplicates are searched for. */
  duplicateLeads: number;
  parts: readonly Part[];
  json: boolean;
}

function count(name: string, text: string): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= 1) return value;
  throw new Error(`--${name} takes a whole number of at least 1, not ${text}.`);
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): IntakeOptions {
  const { values } = parseArgs({
    args,
    options: {
      samples: { type: 'string', default: '300' },
      rate: { type: 'string', default: '5' },
      deliveries: { type: 'string', default: '5000' },
      senders: { type: 'string', default: '20' },
      'outage-leads': { type: 'string', default: '500' },
      'duplicate-leads': { type: 'string', default: '1000000' },
      only: { type: 'string', default: PARTS.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  const names = values.only.split(',').map((name) => name.trim());
  const unknown = names.find((name) => !PARTS.some((part) => part === name));
  if (unknown !== undefined) throw new Error(`--only takes ${PARTS.join(', ')} (with commas), not ${unknown}.`);
  return {
    samples: count('samples', values.samples),
    rate: count('rate', values.rate),
    deliveries: count('deliveries', values.deliveries),
    senders: count('senders', values.senders),
    outageLeads: count('outage-leads', values['outage-leads']),
    duplicateLeads: count('duplicate-leads', values['duplicate-leads']),
    parts: PARTS.filter((part) => names.includes(part)),
    json: values.json,
  };
}

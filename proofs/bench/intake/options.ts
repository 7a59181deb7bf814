import { partsOf, wholeNumber, readArguments } from '../../arguments';

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

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): IntakeOptions {
  const { values } = readArguments({
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
  return {
    samples: wholeNumber('samples', values.samples),
    rate: wholeNumber('rate', values.rate),
    deliveries: wholeNumber('deliveries', values.deliveries),
    senders: wholeNumber('senders', values.senders),
    outageLeads: wholeNumber('outage-leads', values['outage-leads']),
    duplicateLeads: wholeNumber('duplicate-leads', values['duplicate-leads']),
    parts: partsOf(PARTS, values.only),
    json: values.json,
  };
}

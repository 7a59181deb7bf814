import { partsOf, wholeNumber, readArguments } from '../../arguments';

/** What is measured of each size, in this order: those behind `pull` on the sides that it made equal, `push` on new ones. */
export const PARTS = ['pull', 'nothing', 'reconcile', 'ranges', 'resync', 'webhooks', 'scoring', 'push'] as const;
export type Part = (typeof PARTS)[number];

export interface ScaleOptions {
  /** Sizes, ascending. */
  leads: readonly number[];
  parts: readonly Part[];
  /** Milliseconds that Twenty takes for each answer on top of its work. */
  latencyMs: number;
  /** Whether what an earlier call measured is measured again. */
  fresh: boolean;
  json: boolean;
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): ScaleOptions {
  const { values } = readArguments({
    args,
    options: {
      leads: { type: 'string', default: '10000,100000,1000000' },
      only: { type: 'string', default: PARTS.join(',') },
      latency: { type: 'string', default: '20' },
      fresh: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  const sizes = values.leads.split(',').map((size) => wholeNumber('leads', size.trim(), 1_000));
  return {
    leads: [...new Set(sizes)].sort((a, b) => a - b),
    parts: partsOf(PARTS, values.only),
    latencyMs: wholeNumber('latency', values.latency, 0),
    fresh: values.fresh,
    json: values.json,
  };
}

import { parseArgs } from 'node:util';
import { partsOf, wholeNumber } from '../arguments';

export const PARTS = ['activities'] as const;
export type Part = (typeof PARTS)[number];

export interface RevenueOptions {
  /** Activities of which 1 % change. */
  activities: number;
  parts: readonly Part[];
  json: boolean;
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): RevenueOptions {
  const { values } = parseArgs({
    args,
    options: {
      activities: { type: 'string', default: '1000000' },
      only: { type: 'string', default: PARTS.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    activities: wholeNumber('activities', values.activities),
    parts: partsOf(PARTS, values.only),
    json: values.json,
  };
}

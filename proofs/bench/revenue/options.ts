import { partsOf, wholeNumber, readArguments } from '../../arguments';
import type { LeadsOptions } from './leads';

export const PARTS = ['attribution', 'opportunities', 'activities', 'leads'] as const;
export type Part = (typeof PARTS)[number];

export interface RevenueOptions {
  /** Touches and deals that reports of attribution count; as many deals are pulled, and pushed. */
  touches: number;
  deals: number;
  /** Reports of each model, of which the middle one counts. */
  repeats: number;
  /** Activities of which 1 % change. */
  activities: number;
  /** Pulls and pushes of leads, beside opportunities and without. */
  lead: LeadsOptions;
  parts: readonly Part[];
  json: boolean;
}

/** Reads the command line; throws with what is allowed. */
export function readOptions(args: string[]): RevenueOptions {
  const { values } = readArguments({
    args,
    options: {
      touches: { type: 'string', default: '1000000' },
      deals: { type: 'string', default: '100000' },
      repeats: { type: 'string', default: '3' },
      activities: { type: 'string', default: '1000000' },
      leads: { type: 'string', default: '5000' },
      rounds: { type: 'string', default: '5' },
      since: { type: 'string' },
      only: { type: 'string', default: PARTS.join(',') },
      json: { type: 'boolean', default: false },
    },
  });
  return {
    touches: wholeNumber('touches', values.touches),
    deals: wholeNumber('deals', values.deals),
    repeats: wholeNumber('repeats', values.repeats),
    activities: wholeNumber('activities', values.activities),
    lead: {
      leads: wholeNumber('leads', values.leads),
      rounds: wholeNumber('rounds', values.rounds),
      since: values.since ?? null,
    },
    parts: partsOf(PARTS, values.only),
    json: values.json,
  };
}

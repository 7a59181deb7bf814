import type { Operation } from '../types';
import { runInSteps, steppedFields } from './in-steps';

/** Puts leads into segments by the segments' criteria; what a human chose stays (`classify_lead_segments`). */
export const classifySegments: Operation = {
  properties: steppedFields({ name: 'Undecided', value: 'undecided', description: 'Leads that have no segment' }),
  async execute(context, database) {
    return await runInSteps(context, database, {
      name: 'classify_lead_segments',
      sums: ['classified', 'changed', 'undecided'],
    });
  },
};

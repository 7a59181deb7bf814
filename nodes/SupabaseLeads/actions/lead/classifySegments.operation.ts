import type { Operation } from '../types';
import { inSteps, steppedFields } from './in-steps';

/** Puts leads into segments by the segments' criteria; what a human chose stays (`classify_lead_segments`). */
export const classifySegments: Operation = {
  name: 'Classify Segments',
  action: 'Classify leads into segments',
  description: 'Put leads into segments by rules; what a human chose stays',
  fields: steppedFields({ name: 'Undecided', value: 'undecided', description: 'Leads that have no segment' }),
  isScheduled: true,
  execute: inSteps({ name: 'classify_lead_segments', sums: ['classified', 'changed', 'undecided'] }),
};

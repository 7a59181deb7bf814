import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** How scores spread, what each rule gives, and the average of each segment (`get_scoring_report`). */
export const report: Operation = {
  name: 'Get Report',
  action: 'Get a scoring report',
  description: 'See how scores spread and what each rule gives',
  fields: [
    {
      displayName: 'Sample',
      name: 'sample',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000 },
      default: 10_000,
      description: 'Number of leads to look at',
    },
  ],
  execute: databaseCall('get_scoring_report', (item) => ({ p_sample: item.value('sample') })),
};

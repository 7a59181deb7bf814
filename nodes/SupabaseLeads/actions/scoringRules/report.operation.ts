import { eachItem } from '../each-item';
import type { Operation } from '../types';

/** How scores spread, what each rule gives, and the average of each segment (`get_scoring_report`). */
export const report: Operation = {
  properties: [
    {
      displayName: 'Sample',
      name: 'sample',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000 },
      default: 10_000,
      description: 'Number of leads to look at',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('get_scoring_report', { p_sample: context.getNodeParameter('sample', itemIndex) }, itemIndex),
    );
  },
};

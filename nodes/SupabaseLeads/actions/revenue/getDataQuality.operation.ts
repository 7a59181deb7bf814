import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** How complete, valid and fresh leads are (`get_data_quality`). */
export const getDataQuality: Operation = {
  name: 'Get Data Quality',
  action: 'Get the quality of data',
  description: 'See how complete, valid and fresh the fields of leads are, by source, with the trend',
  fields: [
    {
      displayName: 'Sample',
      name: 'sample',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000 },
      default: 10_000,
      description: 'Number of leads to look at',
    },
    {
      displayName: 'Months',
      name: 'months',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 60 },
      default: 12,
      description: 'How far back the trend goes',
    },
  ],
  execute: databaseCall('get_data_quality', (item) => ({
    p_sample: item.value('sample'),
    p_months: item.value('months'),
  })),
};

import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Loads what advertising cost (`load_campaign_costs`). */
export const loadCosts: Operation = {
  name: 'Load Costs',
  action: 'Load the costs of campaigns',
  description: 'Store what advertising cost, by day and campaign, and tell each line that was not taken',
  fields: [
    {
      displayName: 'CSV',
      name: 'csv',
      type: 'string',
      typeOptions: { rows: 5 },
      required: true,
      default: '',
      placeholder: 'e.g. day,source,campaign,ad,currency,amount',
      description:
        'Text whose first line is day,source,campaign,ad,currency,amount. A day that is there already takes the new amount.',
    },
  ],
  execute: databaseCall('load_campaign_costs', (item) => ({ p_csv: item.text('csv') })),
};

import { optionsField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { periodFields, periodOf } from './period';

interface AttributeOptions {
  currency?: string;
  halfLife?: number;
}

const DEFAULT_HALF_LIFE_DAYS = 7;

/** Which touches brought the deals and their money (`attribute_revenue`). */
export const attribute: Operation = {
  name: 'Attribute',
  action: 'Attribute revenue to touches',
  description: 'See which sources, campaigns or segments brought deals and money, and how long it took',
  fields: [
    {
      displayName: 'Model',
      name: 'model',
      type: 'options',
      options: [
        { name: 'First Touch', value: 'first_touch', description: 'All to the first touch' },
        { name: 'Last Touch', value: 'last_touch', description: 'All to the last touch before the deal' },
        { name: 'Linear', value: 'linear', description: 'The same to each touch' },
        {
          name: 'Position-Based',
          value: 'position_based',
          description: '40 % to the first, 40 % to the last, 20 % to those between',
        },
        { name: 'Time Decay', value: 'time_decay', description: 'The more, the closer to the deal' },
      ],
      default: 'linear',
      description: 'How a deal is shared by the touches before it',
    },
    {
      displayName: 'By',
      name: 'by',
      type: 'options',
      options: [
        { name: 'Ad', value: 'ad' },
        { name: 'Campaign', value: 'campaign' },
        { name: 'Form', value: 'form' },
        { name: 'Month', value: 'month', description: 'In which the touch was' },
        { name: 'Owner', value: 'owner', description: 'Of the deal' },
        { name: 'Segment', value: 'segment', description: 'Of the lead' },
        { name: 'Source', value: 'source' },
      ],
      default: 'source',
      description: 'What gets a row of the report',
    },
    ...periodFields,
    optionsField(
      {
        displayName: 'Base Currency',
        name: 'currency',
        type: 'string',
        default: '',
        placeholder: 'e.g. EUR',
        description: 'What amounts are changed into, by the rates in exchange_rates. Empty for sums per currency.',
      },
      {
        displayName: 'Half-Life (Days)',
        name: 'halfLife',
        type: 'number',
        typeOptions: { minValue: 0.01, maxValue: 3650 },
        default: DEFAULT_HALF_LIFE_DAYS,
        description: 'Days after which a touch counts half. Of the model Time Decay.',
      },
    ),
  ],
  execute: databaseCall('attribute_revenue', (item) => {
    const { currency, halfLife } = item.value('options', {}) as AttributeOptions;
    return {
      p_model: item.value('model'),
      p_by: item.value('by'),
      ...periodOf(item),
      p_currency: currency?.trim().toUpperCase() || null,
      p_half_life_days: halfLife ?? DEFAULT_HALF_LIFE_DAYS,
    };
  }),
};

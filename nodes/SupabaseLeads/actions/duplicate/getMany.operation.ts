import { manyFields } from '../../../frame';
import { listingCall } from '../calls';
import type { Operation } from '../types';

/** Lists pairs of leads that may be one person, the highest score first, one output item each (`list_duplicates`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many possible duplicates',
  description: 'List pairs of leads that may be one person: both leads, the score and what they share',
  fields: [
    {
      displayName: 'Lowest Score',
      name: 'lowestScore',
      type: 'number',
      typeOptions: { minValue: 0, maxValue: 1, numberPrecision: 2 },
      default: 0,
      description: 'Pairs with less are not listed. One e-mail is 0.95, one mailbox 0.8, one phone number 0.75.',
    },
    ...manyFields,
  ],
  execute: listingCall('list_duplicates', 'pairs', (item) => ({
    p_lowest_score: Number(item.value('lowestScore', 0)) || 0,
  })),
};

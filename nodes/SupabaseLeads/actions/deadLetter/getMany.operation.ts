import { manyFields } from '../../../frame';
import { listingCall } from '../calls';
import type { Operation } from '../types';

/** Lists leads that wait for a human, one output item each (`get_dead_letters`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many dead letters',
  description: 'List the leads that wait for a human, with reason and attempts',
  fields: [
    {
      displayName: 'Kind',
      name: 'kind',
      type: 'options',
      options: [
        {
          name: 'Dead',
          value: 'dead',
          description: 'Twenty refused them so often that they are not tried any more',
        },
        {
          name: 'Held',
          value: 'held',
          description:
            'Their email belongs to another person in Twenty, or they wait for a yes; they go on by themselves',
        },
      ],
      default: 'dead',
      description: 'Which leads to list',
    },
    ...manyFields,
  ],
  execute: listingCall('get_dead_letters', 'leads', (item) => ({ p_kind: item.text('kind') })),
};

import { manyFields } from '../../../parameters/many-fields';
import { listEachItem } from '../many';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

/** Lists leads that wait for a human, one output item each (`get_dead_letters`). */
export const getMany: Operation = {
  properties: [
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
          description: 'Their email belongs to another person in Twenty; they go on when it becomes free',
        },
      ],
      default: 'dead',
      description: 'Which leads to list',
    },
    ...manyFields,
  ],
  async execute(context, database) {
    return await listEachItem(context, database, {
      name: 'get_dead_letters',
      rows: 'leads',
      args: (itemIndex) => ({ p_kind: textParameter(context, 'kind', itemIndex) }),
    });
  },
};

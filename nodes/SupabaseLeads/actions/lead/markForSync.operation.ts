import { eachItem } from '../each-item';
import { DIRECTION_OPTIONS, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Queues leads for a fresh compare; equal ones settle without a write (`mark_leads_for_sync`). */
export const markForSync: Operation = {
  properties: [
    {
      displayName: 'Direction',
      name: 'direction',
      type: 'options',
      options: [{ name: 'Both', value: 'bidirectional' }, ...(DIRECTION_OPTIONS ?? [])],
      default: 'supabase_to_twenty',
      description: 'Which way the leads are to be compared and brought up to date',
    },
    {
      displayName: 'Limit',
      name: 'limit',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 100_000 },
      default: 1000,
      description: 'Max number of leads to queue',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'mark_leads_for_sync',
        {
          p_direction: textParameter(context, 'direction', itemIndex),
          p_limit: context.getNodeParameter('limit', itemIndex),
        },
        itemIndex,
      ),
    );
  },
};

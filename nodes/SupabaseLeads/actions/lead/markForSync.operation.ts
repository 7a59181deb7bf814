import { eachItem } from '../each-item';
import { countField, directionField, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Queues leads for a fresh compare; equal ones settle without a write (`mark_leads_for_sync`). */
export const markForSync: Operation = {
  properties: [
    directionField({
      both: { name: 'Both' },
      standard: 'supabase_to_twenty',
      description: 'Which way the leads are to be compared and brought up to date',
    }),
    countField({
      displayName: 'Limit',
      name: 'limit',
      standard: 1000,
      most: 100_000,
      description: 'Max number of leads to queue',
    }),
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

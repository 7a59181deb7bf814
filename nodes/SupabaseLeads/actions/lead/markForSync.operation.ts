import { countField } from '../../../frame';
import { databaseCall } from '../calls';
import { directionField } from '../fields';
import type { Operation } from '../types';

/** Queues leads for a fresh compare; equal ones settle without a write (`mark_leads_for_sync`). */
export const markForSync: Operation = {
  name: 'Mark for Sync',
  action: 'Mark leads for sync',
  description: 'Queue leads for a fresh compare with Twenty',
  fields: [
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
  execute: databaseCall('mark_leads_for_sync', (item) => ({
    p_direction: item.text('direction'),
    p_limit: item.value('limit'),
  })),
};

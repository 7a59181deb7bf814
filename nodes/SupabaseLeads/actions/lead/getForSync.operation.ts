import { countField, jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Claims leads that are due for a push (`get_leads_for_sync`). */
export const getForSync: Operation = {
  name: 'Get for Sync',
  action: 'Get leads for sync',
  description: 'Claim leads that are due for a push to Twenty',
  fields: [
    countField({
      displayName: 'Limit',
      name: 'limit',
      standard: 200,
      most: 1000,
      description: 'Max number of leads to claim; Twenty takes 200 in one call',
    }),
    jsonField({
      displayName: 'Run',
      name: 'run',
      description: 'The run that Start returned; empty outside a run',
      placeholder: 'e.g. {{ $json.run }}',
    }),
    {
      displayName: 'Lease (Seconds)',
      name: 'leaseSeconds',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: 300,
      description: 'How long the claimed leads are kept for this claim; after that another one may take them',
    },
  ],
  execute: databaseCall('get_leads_for_sync', (item) => ({
    p_limit: item.value('limit'),
    p_run: item.json('run'),
    p_lease_seconds: item.value('leaseSeconds'),
  })),
};

import { eachItem } from '../each-item';
import { countField, jsonField, jsonParameter } from '../parameters';
import type { Operation } from '../types';

/** Claims leads that are due for a push (`get_leads_for_sync`). */
export const getForSync: Operation = {
  properties: [
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
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'get_leads_for_sync',
        {
          p_limit: context.getNodeParameter('limit', itemIndex),
          p_run: jsonParameter(context, 'run', itemIndex),
          p_lease_seconds: context.getNodeParameter('leaseSeconds', itemIndex),
        },
        itemIndex,
      ),
    );
  },
};

import { manyFields } from '../../../frame';
import { listingCall } from '../calls';
import { leadIdOf } from '../lead-ids';
import type { Operation } from '../types';

/** Lists conflicts, the newest first, one output item each (`get_conflicts`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many conflicts',
  description: 'List fields that both sides had changed: who won, both values and the reason',
  fields: [
    {
      displayName: 'Status',
      name: 'conflictStatus',
      type: 'options',
      options: [
        { name: 'All', value: 'all' },
        { name: 'Open', value: 'open', description: 'Decided by a policy, not looked at by anybody yet' },
        { name: 'Resolved', value: 'resolved', description: 'Resolved by hand, or superseded by a later conflict' },
      ],
      default: 'open',
      description: 'Which conflicts to list',
    },
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.lead_id }}',
      description: 'Only the conflicts of this lead; empty for those of all leads',
    },
    ...manyFields,
  ],
  execute: listingCall('get_conflicts', 'conflicts', (item) => ({
    p_status: item.text('conflictStatus'),
    p_lead_id: leadIdOf(item),
  })),
};

import { manyFields } from '../../../parameters/many-fields';
import { listEachItem } from '../many';
import { textParameter } from '../parameters';
import type { Operation } from '../types';
import { leadIdParameter } from '../uuid-parameter';

/** Lists conflicts, the newest first, one output item each (`get_conflicts`). */
export const getMany: Operation = {
  properties: [
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
  async execute(context, database) {
    return await listEachItem(context, database, {
      name: 'get_conflicts',
      rows: 'conflicts',
      args: (itemIndex) => ({
        p_status: textParameter(context, 'conflictStatus', itemIndex),
        p_lead_id: leadIdParameter(context, itemIndex),
      }),
    });
  },
};

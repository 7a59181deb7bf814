import type { IDataObject } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import type { Operation } from '../types';

/** Lists what waits for a yes, the newest first, one output item each (`get_approvals`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many approvals',
  description: 'List deletions and changes that wait for a yes because they are so many, with examples',
  fields: [
    {
      displayName: 'Status',
      name: 'approvalStatus',
      type: 'options',
      options: [
        { name: 'All', value: 'all' },
        { name: 'Decided', value: 'decided', description: 'Somebody has said yes or no' },
        { name: 'Open', value: 'open', description: 'Nobody has decided yet' },
      ],
      default: 'open',
      description: 'Which approvals to list, 100 at most',
    },
  ],
  execute: eachItem(async (item, database) => {
    const args = { p_status: item.text('approvalStatus'), p_limit: 100 };
    return (await database.call('get_approvals', args, item.index)).approvals as IDataObject[];
  }),
};

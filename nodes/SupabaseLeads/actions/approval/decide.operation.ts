import type { IDataObject } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import { decidedByField } from '../fields';
import type { Operation } from '../types';

/** Says yes or no to what waits (`decide_approval`); goes on until all that was approved is merged. */
export const decide: Operation = {
  name: 'Decide',
  action: 'Decide an approval',
  description:
    'Say yes or no to deletions or changes that wait. After a yes exactly those flow; after a no they stay away.',
  fields: [
    {
      displayName: 'Approval ID',
      name: 'approvalId',
      type: 'string',
      default: '={{ $json.id }}',
      required: true,
      placeholder: 'e.g. 12',
      description: 'ID of the approval, as Get Many returns it',
    },
    {
      displayName: 'Answer',
      name: 'answer',
      type: 'options',
      options: [
        {
          name: 'No',
          value: 'no',
          description: 'They stay as they are, and are asked about again only when they change',
        },
        { name: 'Yes', value: 'yes', description: 'They are deleted or changed as they were then' },
      ],
      default: 'no',
    },
    decidedByField,
  ],
  execute: eachItem(async (item, database) => {
    const id = item.text('approvalId') ?? '';
    if (!/^\d{1,18}$/.test(id)) {
      throw item.error(
        id === '' ? 'There is no approval ID' : `"${id.slice(0, 60)}" is not the ID of an approval`,
        'Give the id that Get Many returns, e.g. {{ $json.id }}.',
      );
    }
    const args = { p_id: Number(id), p_yes: item.text('answer') === 'yes', p_by: item.text('decidedBy') };
    let decided: IDataObject;
    do decided = await database.call('decide_approval', args, item.index);
    while (Number(decided.left) > 0);
    return decided;
  }),
};

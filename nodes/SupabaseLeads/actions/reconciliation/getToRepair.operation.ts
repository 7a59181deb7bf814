import { eachItem } from '../each-item';
import { countField, jsonField, jsonParameter, textParameter } from '../parameters';
import type { Operation } from '../types';

/** The next records to read again, which repairs their leads (`get_leads_to_repair`). */
export const getToRepair: Operation = {
  properties: [
    jsonField({
      displayName: 'Run',
      name: 'run',
      required: true,
      description: 'The run that Start returned for a reconciliation whose IDs are compared',
      placeholder: 'e.g. {{ $json.run }}',
    }),
    {
      displayName: 'Pass',
      name: 'pass',
      type: 'options',
      options: [
        { name: 'Confirm', value: 'confirm', description: 'Leads whose person the first pass did not find' },
        { name: 'Read', value: 'read', description: 'All leads that are missing, different or orphaned' },
      ],
      default: 'read',
      description: 'Which leads to read; an absence counts when a second, later read confirms it',
    },
    {
      displayName: 'After',
      name: 'after',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.after }}',
      description: 'The "after" of the answer before; empty at the start of a pass',
    },
    countField({
      displayName: 'Limit',
      name: 'limit',
      standard: 500,
      most: 1000,
      description: 'Max number of leads to read at once; Twenty gives 500 in one call',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'get_leads_to_repair',
        {
          p_run: jsonParameter(context, 'run', itemIndex),
          p_pass: textParameter(context, 'pass', itemIndex),
          p_after: textParameter(context, 'after', itemIndex),
          p_limit: context.getNodeParameter('limit', itemIndex),
        },
        itemIndex,
      ),
    );
  },
};

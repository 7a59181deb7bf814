import { eachItem } from '../each-item';
import { countField, jsonField, jsonParameter } from '../parameters';
import type { Operation } from '../types';

/** The next records to read from Twenty (`claim_inbox`). */
export const claim: Operation = {
  properties: [
    jsonField({
      displayName: 'Run',
      name: 'run',
      required: true,
      description: 'The run that Start returned for the mode Inbox',
      placeholder: 'e.g. {{ $json.run }}',
    }),
    countField({
      displayName: 'Limit',
      name: 'limit',
      standard: 200,
      most: 1000,
      description: 'Max number of records to read at once',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'claim_inbox',
        { p_run: jsonParameter(context, 'run', itemIndex), p_limit: context.getNodeParameter('limit', itemIndex) },
        itemIndex,
      ),
    );
  },
};

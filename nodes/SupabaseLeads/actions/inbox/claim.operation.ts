import { countField, jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** The next records to read from Twenty (`claim_inbox`). */
export const claim: Operation = {
  name: 'Claim',
  action: 'Claim from the inbox',
  description: 'Take the next records to read; storing them with the same run takes them out of the inbox',
  fields: [
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
  execute: databaseCall('claim_inbox', (item) => ({ p_run: item.json('run'), p_limit: item.value('limit') })),
};

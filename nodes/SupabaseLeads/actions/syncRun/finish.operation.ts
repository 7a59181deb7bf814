import { eachItem } from '../each-item';
import { jsonField, jsonParameter, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Closes a run and returns its record with its figures (`finish_sync_run`). */
export const finish: Operation = {
  properties: [
    jsonField({
      displayName: 'Run',
      name: 'run',
      required: true,
      description: 'The run that Start returned, with its ID and token',
      placeholder: 'e.g. {{ $json.run }}',
    }),
    {
      displayName: 'Status',
      name: 'status',
      type: 'options',
      options: [
        { name: 'Failed', value: 'failed' },
        { name: 'Stopped', value: 'stopped' },
        { name: 'Succeeded', value: 'succeeded' },
      ],
      default: 'succeeded',
      description: 'How the run ended',
    },
    {
      displayName: 'Error',
      name: 'error',
      type: 'string',
      default: '',
      description: 'What went wrong, for the run’s record',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'finish_sync_run',
        {
          p_run: jsonParameter(context, 'run', itemIndex),
          p_status: textParameter(context, 'status', itemIndex),
          p_error: textParameter(context, 'error', itemIndex),
        },
        itemIndex,
      ),
    );
  },
};

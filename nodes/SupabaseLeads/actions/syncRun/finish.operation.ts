import { jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Closes a run and returns its record with its figures (`finish_sync_run`). */
export const finish: Operation = {
  name: 'Finish',
  action: 'Finish a sync run',
  description: 'Close a run and get its figures',
  fields: [
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
  execute: databaseCall('finish_sync_run', (item) => ({
    p_run: item.json('run'),
    p_status: item.text('status'),
    p_error: item.text('error'),
  })),
};

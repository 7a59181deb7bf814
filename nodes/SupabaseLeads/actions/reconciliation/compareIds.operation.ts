import { jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Compares a page of Twenty's ids with the leads of its range (`compare_lead_ids`). */
export const compareIds: Operation = {
  name: 'Compare IDs',
  action: 'Compare the IDs of leads',
  description: 'Compare a page of IDs and times read from Twenty with the leads of its range',
  fields: [
    jsonField({
      displayName: 'Run',
      name: 'run',
      required: true,
      description:
        'The run that Start returned for a reconciliation, with the Twenty calls spent since the last report in "calls"',
      placeholder: 'e.g. {{ $json.run }}',
    }),
    jsonField({
      displayName: 'Records',
      name: 'records',
      default: '[]',
      required: true,
      description: 'The records of the page that the Twenty operation Lead: Get IDs returned',
      placeholder: 'e.g. {{ $json.records }}',
    }),
    jsonField({
      displayName: 'Page',
      name: 'page',
      required: true,
      description: 'The page that Get IDs returned; pages are compared in their order, each once',
      placeholder: 'e.g. {{ $json.page }}',
    }),
    {
      displayName: 'Read Started At',
      name: 'readStartedAt',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. {{ $json.read_started_at }}',
      description: 'When the read of this page began, as the database said before it',
    },
  ],
  execute: databaseCall('compare_lead_ids', (item) => ({
    p_run: item.json('run'),
    p_records: item.list('records'),
    p_page: item.json('page'),
    p_read_started_at: item.text('readStartedAt'),
  })),
};

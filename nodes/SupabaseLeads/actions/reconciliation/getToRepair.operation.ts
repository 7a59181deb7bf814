import { countField, jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** The next records to read again, which repairs their leads (`get_leads_to_repair`). */
export const getToRepair: Operation = {
  name: 'Get Leads to Repair',
  action: 'Get leads to repair',
  description: 'Learn which records of Twenty to read again, or how long to wait before that',
  fields: [
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
  execute: databaseCall('get_leads_to_repair', (item) => ({
    p_run: item.json('run'),
    p_pass: item.text('pass'),
    p_after: item.text('after'),
    p_limit: item.value('limit'),
  })),
};

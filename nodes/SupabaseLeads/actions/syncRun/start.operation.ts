import { eachItem } from '../each-item';
import { directionField, jsonField, jsonParameter, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Takes the lease of a direction and learns where to read on (`start_sync_run`). */
export const start: Operation = {
  properties: [
    directionField({
      both: { name: 'Both (Reconciliation)', description: 'Compare the IDs of all records and leads, and repair' },
      standard: 'twenty_to_supabase',
      description: 'Which way leads flow in this run; one run of each at a time',
    }),
    {
      displayName: 'Mode',
      name: 'mode',
      type: 'options',
      options: [
        { name: 'Delta', value: 'delta', description: 'Read what changed since the last run; the first run reads all' },
        { name: 'Full', value: 'full', description: 'Read everything again' },
        { name: 'Inbox', value: 'inbox', description: 'Read what webhooks named; runs beside the other ones' },
      ],
      default: 'delta',
      displayOptions: { show: { direction: ['twenty_to_supabase'] } },
    },
    {
      displayName: 'Trigger',
      name: 'trigger',
      type: 'options',
      options: [
        { name: 'Manual', value: 'manual' },
        { name: 'Scheduled', value: 'scheduled' },
        { name: 'Webhook', value: 'webhook' },
      ],
      default: 'scheduled',
      description: 'What started the run, for its record',
    },
    jsonField({
      displayName: 'Options',
      name: 'startOptions',
      description:
        'JSON object with any of object, overlap_seconds, policy, strict and report_only; empty takes the settings in the database',
      placeholder: 'e.g. {"object": "person"}',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) => {
      const direction = textParameter(context, 'direction', itemIndex);
      return database.call(
        'start_sync_run',
        {
          p_direction: direction,
          p_mode: direction === 'bidirectional' ? 'reconcile' : textParameter(context, 'mode', itemIndex),
          p_trigger: textParameter(context, 'trigger', itemIndex),
          p_options: jsonParameter(context, 'startOptions', itemIndex),
        },
        itemIndex,
      );
    });
  },
};

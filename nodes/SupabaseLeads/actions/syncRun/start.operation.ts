import { eachItem, hint, jsonField } from '../../../frame';
import { schemaAdvice } from '../../schema-version';
import { directionField } from '../fields';
import type { Operation } from '../types';

/** Takes the lease of a direction and learns where to read on (`start_sync_run`). */
export const start: Operation = {
  name: 'Start',
  action: 'Start a sync run',
  description: 'Open a run, if no other one of its direction is active, and learn where to read on',
  fields: [
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
  execute: eachItem(async (item, database) => {
    const direction = item.text('direction');
    const args = {
      p_direction: direction,
      p_mode: direction === 'bidirectional' ? 'reconcile' : item.text('mode'),
      p_trigger: item.text('trigger'),
      p_options: item.json('startOptions'),
    };
    const answer = await database.call('start_sync_run', args, item.index);
    const advice = answer.started === true ? schemaAdvice(answer.schema_version) : null;
    if (advice !== null) hint(item.context, advice, 'warning');
    return answer;
  }),
};

import { manyFields } from '../../../frame';
import { listingCall } from '../calls';
import { leadIdOf } from '../lead-ids';
import type { Operation } from '../types';
import { runIdOf } from './run-id';

/** Lists what the sync changed, with the values before and after, the newest first, one output item each (`get_lead_changes`). */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many changes',
  description: 'List what the sync changed, here and in Twenty, with the values before and after',
  fields: [
    {
      displayName: 'Lead ID',
      name: 'leadId',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.lead_id }}',
      description: 'Whose changes to list. Leave empty for all leads.',
    },
    {
      displayName: 'Run ID',
      name: 'runId',
      type: 'string',
      default: '',
      placeholder: 'e.g. {{ $json.run_id }}',
      description: 'Which sync run’s changes to list. Leave empty for all runs.',
    },
    ...manyFields,
  ],
  execute: listingCall('get_lead_changes', 'changes', (item) => ({
    p_lead_id: leadIdOf(item),
    p_run_id: runIdOf(item),
  })),
};

import { jsonField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Settles the leads of a claim with what Twenty answered (`update_sync_status`). */
export const updateSyncStatus: Operation = {
  name: 'Update Sync Status',
  action: 'Update the sync status of leads',
  description: 'Settle claimed leads with what Twenty answered',
  fields: [
    {
      displayName: 'Claim Token',
      name: 'claimToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      placeholder: 'e.g. {{ $json.claim_token }}',
      description: 'The token that Get for Sync returned with these leads',
    },
    jsonField({
      displayName: 'Results',
      name: 'results',
      default: '[]',
      required: true,
      description: 'The results of Push, one for each lead',
      placeholder: 'e.g. {{ $json.results }}',
    }),
    jsonField({
      displayName: 'Run',
      name: 'run',
      description: 'The run that Start returned; empty outside a run',
      placeholder: 'e.g. {{ $json.run }}',
    }),
  ],
  execute: databaseCall('update_sync_status', (item) => ({
    p_claim_token: item.text('claimToken'),
    p_results: item.list('results'),
    p_run: item.json('run'),
  })),
};

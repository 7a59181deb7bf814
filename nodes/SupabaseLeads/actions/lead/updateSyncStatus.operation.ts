import { eachItem } from '../each-item';
import { jsonField, jsonParameter, listParameter, textParameter } from '../parameters';
import type { Operation } from '../types';

/** Settles the leads of a claim with what Twenty answered (`update_sync_status`). */
export const updateSyncStatus: Operation = {
  properties: [
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
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'update_sync_status',
        {
          p_claim_token: textParameter(context, 'claimToken', itemIndex),
          p_results: listParameter(context, 'results', itemIndex),
          p_run: jsonParameter(context, 'run', itemIndex),
        },
        itemIndex,
      ),
    );
  },
};

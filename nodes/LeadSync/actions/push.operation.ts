import { booleanParameter, countParameter, textParameter } from '../../Twenty/actions/parameters';
import { push as pushLoop } from '../loops/push';
import { policyField } from './parameters';
import type { Operation } from './types';

const DEFAULT_BATCH_SIZE = 600;

/** Supabase → Twenty. */
export const push: Operation = {
  properties: [
    policyField,
    {
      displayName: 'Strict',
      name: 'strict',
      type: 'boolean',
      default: false,
      description:
        'Whether to write each person in a call of its own, and only if it is as it was read. What somebody does in Twenty in between is then never overwritten or undone. Off takes the setting in the database.',
    },
    {
      displayName: 'Batch Size',
      name: 'batchSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1000 },
      default: DEFAULT_BATCH_SIZE,
      description: 'Leads to claim, read and write at a time; at most 200 where the push is strict',
    },
  ],
  afterFailure: 'Nothing is lost: the leads stay queued and the next run sends them.',
  run: (context, itemIndex, ports, trigger) =>
    pushLoop(ports, {
      trigger,
      policy: textParameter(context, 'policy', itemIndex) || null,
      batchSize: countParameter(context, 'batchSize', itemIndex, DEFAULT_BATCH_SIZE),
      strict: booleanParameter(context, 'strict', itemIndex),
    }),
};

import { push as pushLoop } from '../loops/push';
import { policyField, syncedObjectField } from './fields';
import { wholeRun, type Operation } from './whole-run';

const DEFAULT_BATCH_SIZE = 600;

/** Supabase → Twenty. */
export const push: Operation = {
  name: 'Push',
  action: 'Push changed leads',
  description: 'Write to Twenty what changed in Supabase',
  fields: [
    syncedObjectField,
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
  isScheduled: true,
  afterFailure: 'Nothing is lost: the leads stay queued and the next run sends them.',
  execute: wholeRun((item, ports, trigger) =>
    pushLoop(ports, {
      trigger,
      object: item.text('object'),
      policy: item.text('policy'),
      batchSize: item.count('batchSize', DEFAULT_BATCH_SIZE),
      strict: item.boolean('strict'),
    }),
  ),
};

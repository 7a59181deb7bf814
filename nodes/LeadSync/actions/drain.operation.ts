import { drain as drainLoop } from '../loops/drain';
import { policyField, syncedObjectField } from './fields';
import { wholeRun, type Operation } from './whole-run';

const DEFAULT_BATCH_SIZE = 200;

/** What webhooks named, read again. */
export const drain: Operation = {
  name: 'Drain Inbox',
  action: 'Drain the inbox of webhooks',
  description: 'Read again what webhooks named, and merge it into Supabase',
  fields: [
    syncedObjectField,
    policyField,
    {
      displayName: 'Batch Size',
      name: 'batchSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1000 },
      default: DEFAULT_BATCH_SIZE,
      description: 'Records to read and merge at a time',
    },
  ],
  isScheduled: true,
  afterFailure:
    'Nothing is lost: what waits in the inbox is read by the next run, and the scheduled sync finds the rest.',
  execute: wholeRun((item, ports, trigger) =>
    drainLoop(ports, {
      trigger,
      object: item.text('object'),
      policy: item.text('policy'),
      batchSize: item.count('batchSize', DEFAULT_BATCH_SIZE),
    }),
  ),
};

import { countParameter, textParameter } from '../../Twenty/actions/parameters';
import { drain as drainLoop } from '../loops/drain';
import { policyField } from './parameters';
import type { Operation } from './types';

const DEFAULT_BATCH_SIZE = 200;

/** What webhooks named, read again. */
export const drain: Operation = {
  properties: [
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
  afterFailure:
    'Nothing is lost: what waits in the inbox is read by the next run, and the scheduled sync finds the rest.',
  run: (context, itemIndex, ports, trigger) =>
    drainLoop(ports, {
      trigger,
      policy: textParameter(context, 'policy', itemIndex) || null,
      batchSize: countParameter(context, 'batchSize', itemIndex, DEFAULT_BATCH_SIZE),
    }),
};

import { IDS_PAGE_SIZE } from '../../Twenty/leads/get-ids';
import { reconcile as reconcileLoop } from '../loops/reconcile';
import { syncedObjectField } from './fields';
import { wholeRun, type Operation } from './whole-run';

/** All ids of both sides. */
export const reconcile: Operation = {
  name: 'Reconcile',
  action: 'Reconcile both sides',
  description: 'Compare all people in Twenty with all leads, and repair what differs',
  fields: [
    syncedObjectField,
    {
      displayName: 'Report Only',
      name: 'reportOnly',
      type: 'boolean',
      default: false,
      description: 'Whether to count and list what differs without repairing it',
    },
    {
      displayName: 'Page Size',
      name: 'pageSize',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 10_000 },
      default: IDS_PAGE_SIZE,
      description: 'IDs to read and compare at a time',
    },
  ],
  isScheduled: true,
  afterFailure: 'Nothing is lost: the next run compares everything again.',
  execute: wholeRun((item, ports, trigger) =>
    reconcileLoop(ports, {
      trigger,
      object: item.text('object'),
      reportOnly: item.boolean('reportOnly'),
      pageSize: item.count('pageSize', IDS_PAGE_SIZE),
    }),
  ),
};

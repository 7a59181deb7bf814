import { booleanParameter, countParameter } from '../../Twenty/actions/parameters';
import { IDS_PAGE_SIZE } from '../../Twenty/leads/get-ids';
import { reconcile as reconcileLoop } from '../loops/reconcile';
import type { Operation } from './types';

/** All ids of both sides. */
export const reconcile: Operation = {
  properties: [
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
  afterFailure: 'Nothing is lost: the next run compares everything again.',
  run: (context, itemIndex, ports, trigger) =>
    reconcileLoop(ports, {
      trigger,
      reportOnly: booleanParameter(context, 'reportOnly', itemIndex),
      pageSize: countParameter(context, 'pageSize', itemIndex, IDS_PAGE_SIZE),
    }),
};

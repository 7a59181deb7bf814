import { checkSides } from '../../loops';
import { runFields, wholeRun, type RunOperation } from './whole-run';

/** Sums of both sides, and rows where they differ. */
export const check: RunOperation = {
  name: 'Check',
  action: 'Check that both sides are the same',
  description: 'Compare Supabase with D1, and queue what differs to be sent again',
  fields: [
    {
      displayName: 'Full',
      name: 'full',
      type: 'boolean',
      default: false,
      description:
        'Whether to compare all rows, each of which D1 bills as read. Off compares one part in 128, another one each time.',
    },
    {
      displayName: 'Report Only',
      name: 'reportOnly',
      type: 'boolean',
      default: false,
      description: 'Whether to count and list what differs without repairing it',
    },
    ...runFields,
  ],
  isScheduled: true,
  afterFailure: 'Nothing is lost: the next check compares anew.',
  execute: wholeRun((item, ports, trigger) =>
    checkSides(ports, {
      trigger,
      table: null,
      full: item.boolean('full'),
      reportOnly: item.boolean('reportOnly'),
    }),
  ),
};

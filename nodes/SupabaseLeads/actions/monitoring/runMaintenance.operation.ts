import { eachItem } from '../each-item';
import type { Operation } from '../types';

/** What `p_cleanup` is for each choice; null leaves it to the database. */
const CLEANUPS: Record<string, boolean | null> = { weekly: null, now: true, never: false };

/** Archives, summarises, releases and cleans up for a few seconds (`run_sync_maintenance`). */
export const runMaintenance: Operation = {
  properties: [
    {
      displayName: 'Seconds',
      name: 'seconds',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 6 },
      default: 4,
      description: 'How long to work in one call; run it again while the output says has_more',
    },
    {
      displayName: 'Clean Up Resolved Errors',
      name: 'cleanup',
      type: 'options',
      options: [
        { name: 'Never', value: 'never' },
        { name: 'Now', value: 'now' },
        { name: 'Once a Week', value: 'weekly' },
      ],
      default: 'weekly',
      description: 'When to remove errors, runs and conflicts that are settled and old',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'run_sync_maintenance',
        {
          p_seconds: context.getNodeParameter('seconds', itemIndex),
          p_cleanup: CLEANUPS[String(context.getNodeParameter('cleanup', itemIndex))],
        },
        itemIndex,
      ),
    );
  },
};

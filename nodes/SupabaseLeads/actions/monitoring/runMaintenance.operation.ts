import type { IDataObject } from 'n8n-workflow';
import { eachItem, type Item } from '../../../frame';
import type { Operation } from '../types';

/** What `p_cleanup` is for each choice; null leaves it to the database. */
const CLEANUPS: Record<string, boolean | null> = { weekly: null, now: true, never: false };

/** Calls of one run at most; what is left then waits for the next night. */
const MOST_CALLS = 500;

/** Archives, summarises, releases and cleans up for a few seconds (`run_sync_maintenance`). */
export const runMaintenance: Operation = {
  name: 'Run Maintenance',
  action: 'Run maintenance',
  description: 'Archive old history, refresh the daily summary, release claims left behind',
  fields: [
    {
      displayName: 'Until Done',
      name: 'untilDone',
      type: 'boolean',
      default: true,
      description: 'Whether to go on, call after call, until nothing is left to do. Otherwise it takes one call.',
    },
    {
      displayName: 'Seconds',
      name: 'seconds',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 6 },
      default: 4,
      description: 'How long to work in one call',
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
  execute: eachItem(async (item, database) => {
    const args = {
      p_seconds: item.value('seconds'),
      p_cleanup: CLEANUPS[String(item.value('cleanup'))],
    };
    return await calls(item, item.boolean('untilDone', true) ? MOST_CALLS : 1, () =>
      database.call('run_sync_maintenance', args, item.index),
    );
  }),
};

/** Calls until nothing is left to do or the execution is cancelled; what was counted adds up. */
async function calls(item: Item, most: number, call: () => Promise<IDataObject>): Promise<IDataObject> {
  const sums: Record<string, number> = {};
  for (let count = 1; ; count += 1) {
    const answer = await call();
    for (const [name, value] of Object.entries(answer)) {
      if (typeof value === 'number') sums[name] = (sums[name] ?? 0) + value;
    }
    if (answer.has_more !== true || count >= most || item.isCancelled) return { ...answer, ...sums, calls: count };
  }
}

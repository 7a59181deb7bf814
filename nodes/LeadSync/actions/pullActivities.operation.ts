import { eachItem } from '../../frame';
import type { ActivityKind } from '../../Twenty/activities/readings';
import { pullActivities as pullActivitiesLoop, type ActivityOrder } from '../loops/activities';
import { connectActivities } from '../n8n-ports';
import { callSettings, type Operation } from './whole-run';

const KINDS: ActivityKind[] = ['note', 'task', 'message', 'meeting'];
/** More than a read replica lags behind, and than a statement of Twenty takes. */
const DEFAULT_OVERLAP_MINUTES = 5;

/** Twenty → lead_activities. */
export const pullActivities: Operation = {
  name: 'Pull Activities',
  action: 'Pull notes tasks messages and meetings',
  description: 'Read notes, tasks, messages and meetings in Twenty, and keep them with the leads in Supabase',
  fields: [
    {
      displayName: 'Read',
      name: 'read',
      type: 'options',
      options: [
        {
          name: 'Everything Again',
          value: 'all',
          description: 'Finds what was destroyed unheard, too; every few weeks, or after more is to be kept of texts',
        },
        {
          name: 'What Changed',
          value: 'changed',
          description: 'Since the last time; the first time reads everything',
        },
        {
          name: 'What Changed, Once Begun',
          value: 'begun',
          description: 'The same of kinds that were read before; fails where it cannot read all of that',
        },
        { name: 'What Webhooks Named', value: 'named', description: 'Only what waits in the inbox' },
      ],
      default: 'changed',
    },
    {
      displayName: 'Kinds',
      name: 'kinds',
      type: 'multiOptions',
      options: [
        { name: 'Meetings', value: 'meeting' },
        { name: 'Messages', value: 'message' },
        { name: 'Notes', value: 'note' },
        { name: 'Tasks', value: 'task' },
      ],
      default: ['note', 'task', 'message', 'meeting'],
      description: 'What is read. What the workspace does not have is left out.',
    },
    {
      displayName: 'Overlap (Minutes)',
      name: 'overlap',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: DEFAULT_OVERLAP_MINUTES,
      description: 'How much of what was read before is read again: a change can be seen later than its own time',
      displayOptions: { show: { read: ['changed', 'begun'] } },
    },
  ],
  hint: {
    message: 'There is more to read: the next pull goes on with it.',
    when: 'afterExecution',
    condition: '$nodeOutputItem?.json?.more_due === true',
  },
  isScheduled: true,
  afterFailure: 'Nothing is lost: the next pull reads on from where this one was.',
  execute: eachItem(async (item) => {
    const ports = await connectActivities(item.context, item.index, callSettings(item));
    return await pullActivitiesLoop(ports, {
      read: item.text('read') as ActivityOrder['read'],
      kinds: item.value('kinds', KINDS) as ActivityKind[],
      overlapMinutes: item.count('overlap', DEFAULT_OVERLAP_MINUTES),
    });
  }),
};

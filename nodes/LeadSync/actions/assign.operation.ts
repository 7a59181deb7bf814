import { eachItem } from '../../frame';
import { writeAssignments } from '../assignments/write-assignments';
import { connectAssignments } from '../n8n-ports';
import { callSettings, type Operation } from './whole-run';

/** Leads that arrived get their people, in Twenty, too. */
export const assign: Operation = {
  name: 'Assign Leads',
  action: 'Assign leads that arrived',
  description: 'Give leads that arrived to sales reps, and write whose they are to Twenty: as owner, or as a task',
  fields: [],
  isScheduled: true,
  afterFailure:
    'Nothing is lost: the next run goes on, and what Twenty did not take is tried again after five minutes.',
  execute: eachItem(async (item) => {
    const ports = await connectAssignments(item.context, item.index, callSettings(item));
    return await writeAssignments(ports);
  }),
};

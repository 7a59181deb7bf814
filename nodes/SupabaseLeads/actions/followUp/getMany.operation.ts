import type { IDataObject } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import type { Operation } from '../types';

/** Lists tasks that are due for leads above a threshold, one output item each (`get_follow_ups`), with their `assignee`. */
export const getMany: Operation = {
  name: 'Get Many',
  action: 'Get many follow ups',
  description: 'List the tasks that are due for leads with a high score, each once',
  fields: [
    {
      displayName: 'Limit',
      name: 'limit',
      type: 'number',
      typeOptions: { minValue: 1, maxValue: 1000 },
      default: 50,
      description: 'Max number of results to return',
    },
    {
      displayName: 'Assignee',
      name: 'assignee',
      type: 'string',
      default: '',
      placeholder: 'e.g. sales@example.com',
      description: 'Email or ID of the workspace member who gets the tasks whose rule names nobody; empty for nobody',
    },
  ],
  isScheduled: true,
  execute: eachItem(async (item, database) => {
    const { tasks } = await database.call('get_follow_ups', { p_limit: item.value('limit') }, item.index);
    const assignee = item.text('assignee');
    return (tasks as IDataObject[]).map((task) => ({ ...task, assignee: task.assignee_id ?? assignee }));
  }),
};

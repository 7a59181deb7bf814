import type { IDataObject, INodeExecutionData } from 'n8n-workflow';
import { hintAboutSavedExecutions } from '../../../hints/saved-executions';
import { failedItem } from '../each-item';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

/** Lists tasks that are due for leads above a threshold, one output item each (`get_follow_ups`), with their `assignee`. */
export const getMany: Operation = {
  properties: [
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
  async execute(context, database) {
    hintAboutSavedExecutions(context);
    const output: INodeExecutionData[] = [];
    for (const item of context.getInputData().keys()) {
      try {
        const limit = context.getNodeParameter('limit', item);
        const { tasks } = await database.call('get_follow_ups', { p_limit: limit }, item);
        const assignee = textParameter(context, 'assignee', item);
        for (const task of tasks as IDataObject[]) {
          output.push({ json: { ...task, assignee: task.assignee_id ?? assignee }, pairedItem: { item } });
        }
      } catch (error) {
        output.push(failedItem(context, error, item));
      }
    }
    return output;
  },
};

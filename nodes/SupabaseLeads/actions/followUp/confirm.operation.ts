import { NodeOperationError, type IDataObject, type IExecuteFunctions, type INodeExecutionData } from 'n8n-workflow';
import type { LeadDatabase } from '../../transport/client';
import { eachItem } from '../each-item';
import { jsonField, jsonParameter, listParameter } from '../parameters';
import type { Operation } from '../types';

/** Remembers which tasks Twenty has, so that they are not listed again (`confirm_follow_ups`). */
export const confirm: Operation = {
  properties: [
    {
      displayName: 'Each Item Is',
      name: 'input',
      type: 'options',
      options: [
        { name: 'One Batch', value: 'batch', description: 'An item carries a list of results' },
        {
          name: 'One Task',
          value: 'items',
          description: 'What Twenty said to one task; an error in it says that the task could not be made',
        },
      ],
      default: 'batch',
    },
    jsonField({
      displayName: 'Results',
      name: 'results',
      default: '={{ $json.results }}',
      required: true,
      description:
        'A list with task_id, lead_id, rule_key and ok for each task, and error for those that failed: they are listed again after an hour',
      placeholder: 'e.g. {{ $json.results }}',
      displayOptions: { show: { input: ['batch'] } },
    }),
    jsonField({
      displayName: 'Follow-Up',
      name: 'followUp',
      required: true,
      description: 'The item of Get Many that the task was made of',
      placeholder: "e.g. {{ $('Get due follow-ups').item.json }}",
      displayOptions: { show: { input: ['items'] } },
    }),
  ],
  async execute(context, database) {
    if (context.getNodeParameter('input', 0, 'batch') === 'items') return await confirmItems(context, database);
    return await eachItem(context, (itemIndex) =>
      database.call('confirm_follow_ups', { p_results: listParameter(context, 'results', itemIndex) }, itemIndex),
    );
  },
};

interface Result {
  task_id: unknown;
  lead_id: unknown;
  rule_key: unknown;
  ok: boolean;
  error: string | null;
}

function resultOf(context: IExecuteFunctions, { error }: IDataObject, itemIndex: number): Result {
  const { task_id, lead_id, rule_key } = (jsonParameter(context, 'followUp', itemIndex) ?? {}) as IDataObject;
  const reason = error ? String((error as IDataObject).message ?? error) : null;
  return { task_id, lead_id, rule_key, ok: reason === null, error: reason };
}

/**
 * All items go in one call, and one item answers for them.
 * @throws NodeOperationError with the first reason when a task could not be made, after the others are confirmed
 */
async function confirmItems(context: IExecuteFunctions, database: LeadDatabase): Promise<INodeExecutionData[]> {
  const items = context.getInputData();
  const results = items.map(({ json }, itemIndex) => resultOf(context, json, itemIndex));
  const answer = await database.call('confirm_follow_ups', { p_results: results }, 0);
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length > 0) {
    throw new NodeOperationError(
      context.getNode(),
      `${failed.length} of ${results.length} tasks could not be made in Twenty. The first reason: ${failed[0].error}`,
    );
  }
  return [{ json: answer, pairedItem: items.map((_item, item) => ({ item })) }];
}

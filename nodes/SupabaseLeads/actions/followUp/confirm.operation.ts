import { type IDataObject, NodeOperationError } from 'n8n-workflow';
import { allTogether, chosenBy, type Item, jsonField } from '../../../frame';
import type { LeadDatabase } from '../../transport/client';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Remembers which tasks Twenty has, so that they are not listed again (`confirm_follow_ups`). */
export const confirm: Operation = {
  name: 'Confirm',
  action: 'Confirm follow ups',
  description: 'Remember which tasks are in Twenty, and which could not be made',
  fields: [
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
  execute: chosenBy('input', {
    batch: databaseCall('confirm_follow_ups', (item) => ({ p_results: item.list('results') })),
    items: allTogether(confirmItems),
  }),
};

interface Result {
  task_id: unknown;
  lead_id: unknown;
  rule_key: unknown;
  ok: boolean;
  error: string | null;
}

function resultOf(item: Item): Result {
  const { task_id, lead_id, rule_key } = (item.json('followUp') ?? {}) as IDataObject;
  const { error } = item.input;
  const reason = error ? String((error as IDataObject).message ?? error) : null;
  return { task_id, lead_id, rule_key, ok: reason === null, error: reason };
}

/**
 * All items go in one call, and one item answers for them.
 * @throws NodeOperationError with the first reason when a task could not be made, after the others are confirmed
 */
async function confirmItems(items: Item[], database: LeadDatabase): Promise<object> {
  const results = items.map(resultOf);
  const answer = await database.call('confirm_follow_ups', { p_results: results }, 0);
  const failed = results.filter(({ ok }) => !ok);
  if (failed.length === 0) return answer;
  throw new NodeOperationError(
    items[0].context.getNode(),
    `${failed.length} of ${results.length} tasks could not be made in Twenty. The first reason: ${failed[0].error}`,
  );
}

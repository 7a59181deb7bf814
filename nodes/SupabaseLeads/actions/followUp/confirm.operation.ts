import { eachItem } from '../each-item';
import { jsonField, listParameter } from '../parameters';
import type { Operation } from '../types';

/** Remembers which tasks Twenty has, so that they are not listed again (`confirm_follow_ups`). */
export const confirm: Operation = {
  properties: [
    jsonField({
      displayName: 'Results',
      name: 'results',
      default: '={{ $json.results }}',
      required: true,
      description:
        'A list with task_id, lead_id, rule_key and ok for each task, and error for those that failed: they are listed again after an hour',
      placeholder: 'e.g. {{ $json.results }}',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('confirm_follow_ups', { p_results: listParameter(context, 'results', itemIndex) }, itemIndex),
    );
  },
};

import { eachItem } from '../each-item';
import { jsonField, listParameter } from '../parameters';
import type { Operation } from '../types';

/** Takes a model's choices of segments as far as they hold (`apply_ai_segments`). */
export const applyAiSegments: Operation = {
  properties: [
    {
      displayName:
        'Every choice is checked: an unknown segment or lead, or a confidence that is not between 0 and 1, is rejected with a reason, and the others are applied. Choices of humans, and of rules that are sure, are kept.',
      name: 'checkNotice',
      type: 'notice',
      default: '',
    },
    jsonField({
      displayName: 'Results',
      name: 'results',
      default: '={{ $json.results }}',
      required: true,
      description:
        'A list with lead_id, segment and confidence (0 to 1) for each lead, up to 1,000. A segment of null says that none fits.',
      placeholder: 'e.g. {{ $json.results }}',
    }),
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('apply_ai_segments', { p_results: listParameter(context, 'results', itemIndex) }, itemIndex),
    );
  },
};

import { eachItem } from '../each-item';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

/** Makes the draft the rules that count (`publish_scoring_rules`). */
export const publish: Operation = {
  properties: [
    {
      displayName:
        'New and changed leads follow the new rules at once. Run Lead: Calculate Scores afterwards, or wait for its workflow, to bring the others up to date.',
      name: 'publishNotice',
      type: 'notice',
      default: '',
    },
    {
      displayName: 'Note',
      name: 'note',
      type: 'string',
      default: '',
      placeholder: 'e.g. More points for referrals',
      description: 'Why the rules changed, for whoever reads the list of versions',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('publish_scoring_rules', { p_note: textParameter(context, 'note', itemIndex) }, itemIndex),
    );
  },
};

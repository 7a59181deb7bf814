import { noticeField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Makes the draft the rules that count (`publish_scoring_rules`). */
export const publish: Operation = {
  name: 'Publish',
  action: 'Publish the scoring rules',
  description: 'Make the draft the rules that count',
  fields: [
    noticeField(
      'publishNotice',
      'New and changed leads follow the new rules at once. Run Lead: Calculate Scores afterwards, or wait for its workflow, to bring the others up to date.',
    ),
    {
      displayName: 'Note',
      name: 'note',
      type: 'string',
      default: '',
      placeholder: 'e.g. More points for referrals',
      description: 'Why the rules changed, for whoever reads the list of versions',
    },
  ],
  execute: databaseCall('publish_scoring_rules', (item) => ({ p_note: item.text('note') })),
};

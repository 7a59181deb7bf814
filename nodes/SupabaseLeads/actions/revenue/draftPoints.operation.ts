import { noticeField } from '../../../frame';
import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { periodFields, periodOf } from './period';

/** Puts suggested points into the draft of the scoring rules (`draft_suggested_points`). */
export const draftPoints: Operation = {
  name: 'Draft Suggested Points',
  action: 'Draft suggested points',
  description: 'Put the points that won and lost deals suggest into the draft of the scoring rules, and preview them',
  fields: [
    noticeField(
      'draftNotice',
      'Points in the draft are replaced where there are enough deals. Nothing counts before Scoring Rule: Publish.',
    ),
    ...periodFields,
  ],
  execute: databaseCall('draft_suggested_points', periodOf),
};

import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { periodFields, periodOf } from './period';

/** Whether scores foretell which deals are won (`get_score_quality`). */
export const getScoreQuality: Operation = {
  name: 'Get Score Quality',
  action: 'Get the quality of scores',
  description: 'See whether leads that scored high were the ones that bought, and which rules tell them apart',
  fields: periodFields,
  execute: databaseCall('get_score_quality', periodOf),
};

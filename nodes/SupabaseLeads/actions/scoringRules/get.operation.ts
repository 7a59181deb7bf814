import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Reads the draft, its groups and the published versions (`get_scoring_rules`). */
export const get: Operation = {
  name: 'Get',
  action: 'Get the scoring rules',
  description: 'Read the draft and the list of published versions',
  fields: [],
  execute: databaseCall('get_scoring_rules'),
};

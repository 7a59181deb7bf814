import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { mergeArguments, mergeFields } from './merge-fields';

/** Asks for a merge of two leads; what Twenty has to do of it, the next push does (`merge_leads`). */
export const merge: Operation = {
  name: 'Merge',
  action: 'Merge two leads',
  description:
    'Make two leads one. Where both are in Twenty, the next push has it merge them; Lead Sync › Merge Duplicate does so at once.',
  fields: mergeFields,
  execute: databaseCall('merge_leads', (item) => ({ ...mergeArguments(item), p_twenty: false })),
};

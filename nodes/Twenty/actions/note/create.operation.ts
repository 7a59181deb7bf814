import { createLinked, linkedFields } from '../linked-record';
import type { Operation } from '../types';

/** Makes a note for each item's record, once for each key, and links both. */
export const create: Operation = {
  name: 'Create',
  action: 'Create notes for records',
  description: 'Create a note and link it with a person, a company or another record, once for each key',
  fields: linkedFields('note'),
  execute: createLinked('note', () => ({ values: {}, assigneeEmail: null })),
};

import { createForItems, linkedFields } from '../linked-record';
import type { Operation } from '../operation';

/** Makes a note for each item's record, once for each key, and links both. */
export const create: Operation = {
  description: linkedFields('note'),

  async execute(context, client) {
    return await createForItems(context, client, 'note', () => ({ values: {}, assigneeEmail: null }));
  },
};

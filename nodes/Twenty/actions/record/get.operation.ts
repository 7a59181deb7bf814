import { getRecords } from '../../records/mutate-records';
import type { Operation } from '../operation';
import { objectField, optionsWith } from '../parameters';
import { recordId, runBatched } from './batch';
import { recordIdField } from './common';

export const get: Operation = {
  description: [
    objectField,
    recordIdField,
    optionsWith({
      displayName: 'Include Deleted',
      name: 'includeDeleted',
      type: 'boolean',
      default: false,
      description: 'Whether to read records that are deleted but not destroyed',
    }),
  ],

  async execute(context, client) {
    const includeDeleted = context.getNodeParameter('options.includeDeleted', 0, false) === true;
    return await runBatched(context, client, {
      read: (itemIndex) => recordId(context, itemIndex),
      run: async (object, ids) => await getRecords(client, object, ids, includeDeleted),
    });
  },
};

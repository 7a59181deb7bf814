import { getRecords } from '../../records/mutate-records';
import type { Operation } from '../operation';
import { booleanParameter, objectField, optionsWith } from '../parameters';
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
    return await runBatched(context, client, {
      read: (itemIndex) => recordId(context, itemIndex),
      flag: (itemIndex) => booleanParameter(context, 'options.includeDeleted', itemIndex),
      run: async (object, ids, includeDeleted) => await getRecords(client, object, ids, includeDeleted),
    });
  },
};

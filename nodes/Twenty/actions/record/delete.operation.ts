import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { mutateRecords } from '../../records/mutate-records';
import type { Operation } from '../operation';
import { booleanParameter, countParameter, objectField } from '../parameters';
import { recordId, runBatched } from './batch';
import { batchNotice, recordIdField, writeOptions } from './common';

export const deleteRecord: Operation = {
  description: [
    objectField,
    recordIdField,
    {
      displayName: 'Delete Permanently',
      name: 'permanently',
      type: 'boolean',
      default: false,
      description:
        'Whether to destroy the record for good. Otherwise it goes to the deleted records, from which it can be restored.',
    },
    batchNotice,
    writeOptions,
  ],

  async execute(context, client) {
    const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
    return await runBatched(context, client, {
      read: (itemIndex) => recordId(context, itemIndex),
      flag: (itemIndex) => booleanParameter(context, 'permanently', itemIndex),
      run: async (object, ids, permanently) =>
        await mutateRecords(client, permanently ? 'destroy' : 'delete', object, ids, batchSize),
    });
  },
};

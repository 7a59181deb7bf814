import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { mutateRecords } from '../../records/mutate-records';
import type { Operation } from '../operation';
import { countParameter, objectField } from '../parameters';
import { recordId, runBatched } from './batch';
import { batchNotice, recordIdField, writeOptions } from './common';

export const restore: Operation = {
  description: [objectField, recordIdField, batchNotice, writeOptions],

  async execute(context, client) {
    const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
    return await runBatched(context, client, {
      read: (itemIndex) => recordId(context, itemIndex),
      run: async (object, ids) => await mutateRecords(client, 'restore', object, ids, batchSize),
    });
  },
};

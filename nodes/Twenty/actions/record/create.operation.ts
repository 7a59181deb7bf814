import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { createRecords } from '../../records/write-records';
import type { Operation } from '../operation';
import { countParameter, objectField } from '../parameters';
import { recordInput, runBatched } from './batch';
import { batchNotice, fieldsField, writeOptions } from './common';

export const create: Operation = {
  description: [objectField, batchNotice, fieldsField('add'), writeOptions],

  async execute(context, client) {
    const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
    return await runBatched(context, client, {
      read: (itemIndex) => recordInput(context, itemIndex),
      run: async (object, inputs) => await createRecords(client, object, inputs, batchSize),
    });
  },
};

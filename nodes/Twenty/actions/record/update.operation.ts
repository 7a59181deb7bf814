import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { updateRecords } from '../../records/write-records';
import type { Operation } from '../operation';
import { countParameter, objectField } from '../parameters';
import { recordFields, recordId, runBatched } from './batch';
import { batchNotice, fieldsField, recordIdField, writeOptions } from './common';

export const update: Operation = {
  description: [objectField, recordIdField, batchNotice, fieldsField('add'), writeOptions],

  async execute(context, client) {
    const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
    return await runBatched(context, client, {
      read: (itemIndex) => ({ id: recordId(context, itemIndex), values: recordFields(context, itemIndex).values }),
      run: async (object, inputs) => await updateRecords(client, object, inputs, batchSize),
    });
  },
};

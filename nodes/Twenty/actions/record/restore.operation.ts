import { mutateRecords } from '../../records/mutate-records';
import { objectField } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordId } from './batch';
import { batchNotice, recordIdField, writeOptions } from './common';

export const restore: Operation = {
  name: 'Restore',
  action: 'Restore records',
  description: 'Bring deleted records back',
  fields: [objectField, recordIdField, batchNotice, writeOptions],
  execute: inRecordBatches({
    read: recordId,
    run: async ({ client, object, inputs, batchSize }) =>
      await mutateRecords(client, 'restore', object, inputs, batchSize),
  }),
};

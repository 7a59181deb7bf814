import { createRecords } from '../../records/write-records';
import { objectField } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordInput } from './batch';
import { batchNotice, fieldsField, writeOptions } from './common';

export const create: Operation = {
  name: 'Create',
  action: 'Create records',
  description: 'Create new records',
  fields: [objectField, batchNotice, fieldsField('add'), writeOptions],
  execute: inRecordBatches({
    read: recordInput,
    run: async ({ client, object, inputs, batchSize }) => await createRecords(client, object, inputs, batchSize),
  }),
};

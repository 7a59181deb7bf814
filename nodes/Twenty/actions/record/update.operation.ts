import { updateRecords } from '../../records/write-records';
import { objectField } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordFields, recordId } from './batch';
import { batchNotice, fieldsField, recordIdField, writeOptions } from './common';

export const update: Operation = {
  name: 'Update',
  action: 'Update records',
  description: 'Change fields of existing records',
  fields: [objectField, recordIdField, batchNotice, fieldsField('add'), writeOptions],
  execute: inRecordBatches({
    read: (item) => ({ id: recordId(item), values: recordFields(item).values }),
    run: async ({ client, object, inputs, batchSize }) => await updateRecords(client, object, inputs, batchSize),
  }),
};

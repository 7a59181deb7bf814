import { mutateRecords } from '../../records/mutate-records';
import { objectField } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordId } from './batch';
import { batchNotice, recordIdField, writeOptions } from './common';

export const deleteRecord: Operation = {
  name: 'Delete',
  action: 'Delete records',
  description: 'Delete records, for good if you like',
  fields: [
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
  execute: inRecordBatches({
    read: recordId,
    flag: (item) => item.boolean('permanently'),
    run: async ({ client, object, inputs, flag: permanently, batchSize }) =>
      await mutateRecords(client, permanently ? 'destroy' : 'delete', object, inputs, batchSize),
  }),
};

import { noticeField } from '../../../frame';
import { upsertRecords } from '../../records/write-records';
import { objectField } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordInput } from './batch';
import { batchNotice, fieldsField, writeOptions } from './common';

export const upsert: Operation = {
  name: 'Create or Update',
  action: 'Create or update records',
  description: 'Create a new record, or update the current one if it already exists (upsert)',
  fields: [
    objectField,
    noticeField(
      'matchNotice',
      'A record is found by its ID or by a unique field (a person by email, a company by domain). Deleted records are not brought back: restore them first.',
    ),
    batchNotice,
    fieldsField('add'),
    writeOptions,
  ],
  execute: inRecordBatches({
    read: recordInput,
    run: async ({ client, object, inputs, batchSize }) => await upsertRecords(client, object, inputs, batchSize),
  }),
};

import { getRecords } from '../../records/mutate-records';
import { objectField, optionsWith } from '../fields';
import type { Operation } from '../types';
import { inRecordBatches, recordId } from './batch';
import { recordIdField } from './common';

export const get: Operation = {
  name: 'Get',
  action: 'Get records by ID',
  description: 'Read records by their ID',
  fields: [
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
  execute: inRecordBatches({
    read: recordId,
    flag: (item) => item.boolean('options.includeDeleted'),
    run: async ({ client, object, inputs, flag: includeDeleted }) =>
      await getRecords(client, object, inputs, includeDeleted),
  }),
};

import { DEFAULT_BATCH_SIZE } from '../../records/limits';
import { upsertRecords } from '../../records/write-records';
import type { Operation } from '../operation';
import { countParameter, objectField } from '../parameters';
import { recordInput, runBatched } from './batch';
import { batchNotice, fieldsField, writeOptions } from './common';

export const upsert: Operation = {
  description: [
    objectField,
    {
      displayName:
        'A record is found by its ID or by a unique field (a person by email, a company by domain). Deleted records are not brought back: restore them first.',
      name: 'matchNotice',
      type: 'notice',
      default: '',
    },
    batchNotice,
    fieldsField('add'),
    writeOptions,
  ],

  async execute(context, client) {
    const batchSize = countParameter(context, 'options.batchSize', 0, DEFAULT_BATCH_SIZE);
    return await runBatched(context, client, {
      read: (itemIndex) => recordInput(context, itemIndex),
      run: async (object, inputs) => await upsertRecords(client, object, inputs, batchSize),
    });
  },
};

import type { INodeProperties } from 'n8n-workflow';
import { create } from './create.operation';
import { deleteRecord } from './delete.operation';
import { get } from './get.operation';
import { getMany } from './getMany.operation';
import { restore } from './restore.operation';
import { update } from './update.operation';
import { upsert } from './upsert.operation';

export const operations = { create, delete: deleteRecord, get, getMany, restore, update, upsert };

export const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  options: [
    { name: 'Create', value: 'create', action: 'Create records', description: 'Create new records' },
    {
      name: 'Create or Update',
      value: 'upsert',
      action: 'Create or update records',
      description: 'Create a new record, or update the current one if it already exists (upsert)',
    },
    { name: 'Delete', value: 'delete', action: 'Delete records', description: 'Delete records, for good if you like' },
    { name: 'Get', value: 'get', action: 'Get records by ID', description: 'Read records by their ID' },
    {
      name: 'Get Many',
      value: 'getMany',
      action: 'Get many records',
      description: 'Read records that meet conditions',
    },
    { name: 'Restore', value: 'restore', action: 'Restore records', description: 'Bring deleted records back' },
    { name: 'Update', value: 'update', action: 'Update records', description: 'Change fields of existing records' },
  ],
  default: 'getMany',
};

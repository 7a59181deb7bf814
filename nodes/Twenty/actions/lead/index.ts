import type { INodeProperties } from 'n8n-workflow';
import { getChanged } from './getChanged.operation';
import { getIds } from './getIds.operation';
import { getMany } from './getMany.operation';
import { push } from './push.operation';

export const operations = { getChanged, getIds, getMany, push };

export const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'Get Changed',
      value: 'getChanged',
      action: 'Get changed leads',
      description: 'Read the leads that changed since a time, deleted ones included',
    },
    {
      name: 'Get IDs',
      value: 'getIds',
      action: 'Get the ID of every lead',
      description: 'Read the IDs and times of all leads, deleted ones included, thousands in one call',
    },
    {
      name: 'Get Many by ID or Email',
      value: 'getMany',
      action: 'Get many leads by ID or email',
      description: 'Read the records of leads, hundreds in one call',
    },
    {
      name: 'Push',
      value: 'push',
      action: 'Push leads',
      description: 'Create, update, delete and restore leads in batches, with their companies',
    },
  ],
  default: 'getChanged',
};

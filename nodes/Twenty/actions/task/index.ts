import type { INodeProperties } from 'n8n-workflow';
import { create } from './create.operation';

export const operations = { create };

export const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'Create',
      value: 'create',
      action: 'Create tasks for records',
      description: 'Create a task and link it with a person, a company or another record, once for each key',
    },
  ],
  default: 'create',
};

import type { INodeProperties } from 'n8n-workflow';
import { prepare } from './prepare.operation';

export const operations = { prepare };

export const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'Prepare',
      value: 'prepare',
      action: 'Prepare a workspace',
      description: 'Create the custom fields that leads need, where they are missing',
    },
  ],
  default: 'prepare',
};

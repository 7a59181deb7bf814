import type { INodeProperties } from 'n8n-workflow';
import { drain } from './drain.operation';
import { commonFields, optionsField } from './parameters';
import { pull } from './pull.operation';
import { push } from './push.operation';
import { reconcile } from './reconcile.operation';
import type { Operation } from './types';

export const operations: Record<string, Operation> = { drain, pull, push, reconcile };

const operationField: INodeProperties = {
  displayName: 'Operation',
  name: 'operation',
  type: 'options',
  noDataExpression: true,
  options: [
    {
      name: 'Drain Inbox',
      value: 'drain',
      action: 'Drain the inbox of webhooks',
      description: 'Read again what webhooks named, and merge it into Supabase',
    },
    {
      name: 'Pull',
      value: 'pull',
      action: 'Pull changed leads',
      description: 'Read what changed in Twenty, and merge it into Supabase',
    },
    {
      name: 'Push',
      value: 'push',
      action: 'Push changed leads',
      description: 'Write to Twenty what changed in Supabase',
    },
    {
      name: 'Reconcile',
      value: 'reconcile',
      action: 'Reconcile both sides',
      description: 'Compare all people in Twenty with all leads, and repair what differs',
    },
  ],
  default: 'pull',
};

const ownFields = Object.entries(operations).flatMap(([operation, { properties }]) =>
  properties.map((property): INodeProperties => ({
    ...property,
    displayOptions: { show: { operation: [operation] } },
  })),
);

/** The panel, top to bottom. */
export const properties: INodeProperties[] = [operationField, ...ownFields, ...commonFields, optionsField];

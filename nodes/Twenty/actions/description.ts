import { updateDisplayOptions, type INodeProperties } from 'n8n-workflow';
import * as lead from './lead';
import * as note from './note';
import type { Operation } from './operation';
import * as record from './record';
import * as task from './task';
import * as workspace from './workspace';

const RESOURCES: Array<{
  value: string;
  name: string;
  description: string;
  module: { operations: Record<string, Operation>; operationField: INodeProperties };
}> = [
  { value: 'lead', name: 'Lead', description: 'People (or your own object) in lead form', module: lead },
  { value: 'note', name: 'Note', description: 'Notes on people, companies and other records', module: note },
  { value: 'record', name: 'Record', description: 'Records of any object, standard or custom', module: record },
  { value: 'task', name: 'Task', description: 'Tasks for people, companies and other records', module: task },
  { value: 'workspace', name: 'Workspace', description: 'Fields that leads need', module: workspace },
];

const resourceField: INodeProperties = {
  displayName: 'Resource',
  name: 'resource',
  type: 'options',
  noDataExpression: true,
  options: RESOURCES.map(({ name, value, description }) => ({ name, value, description })),
  default: 'lead',
};

/** The node's whole panel, each operation's fields shown for it alone. */
export const properties: INodeProperties[] = [
  resourceField,
  ...RESOURCES.flatMap(({ value: resource, module }) => [
    ...updateDisplayOptions({ show: { resource: [resource] } }, [module.operationField]),
    ...Object.entries(module.operations).flatMap(([operation, { description }]) =>
      updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, description),
    ),
  ]),
];

import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';
import type { AnyOperation, Resource } from './types';

/** A resource whose operation list and fields show only where they belong; the first of `operations` is chosen at first. */
export function resource(
  name: string,
  options: INodePropertyOptions[],
  operations: Record<string, AnyOperation>,
): Resource {
  const fields = Object.entries(operations).flatMap(([operation, { properties }]) =>
    properties.map((property): INodeProperties => ({
      ...property,
      displayOptions: {
        ...property.displayOptions,
        show: { ...property.displayOptions?.show, resource: [name], operation: [operation] },
      },
    })),
  );
  const [first] = Object.keys(operations);
  const operationField: INodeProperties = {
    displayName: 'Operation',
    name: 'operation',
    type: 'options',
    noDataExpression: true,
    displayOptions: { show: { resource: [name] } },
    options,
    default: first,
  };
  return { properties: [operationField, ...fields], operations };
}

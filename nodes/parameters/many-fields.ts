import type { INodeProperties } from 'n8n-workflow';

/** Results of an operation where its limit is not set. */
export const DEFAULT_LIMIT = 50;

/** How many results an operation returns. */
export const manyFields: INodeProperties[] = [
  {
    displayName: 'Return All',
    name: 'returnAll',
    type: 'boolean',
    default: false,
    description: 'Whether to return all results or only up to a given limit',
  },
  {
    displayName: 'Limit',
    name: 'limit',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: DEFAULT_LIMIT,
    description: 'Max number of results to return',
    displayOptions: { show: { returnAll: [false] } },
  },
];

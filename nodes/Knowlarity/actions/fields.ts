import type { INodeProperties } from 'n8n-workflow';
import { callOptionFields, toCallLimits, type CallOptions, type Item } from '../../frame';
import type { Filters } from '../calls/read';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS, type ConnectOptions } from '../transport/n8n-client';

/** Which calls the log lists, in the panel. */
export const filtersField: INodeProperties = {
  displayName: 'Filters',
  name: 'filters',
  type: 'collection',
  placeholder: 'Add filter',
  default: {},
  description: 'Which calls are meant; all when there is none',
  options: [
    {
      displayName: 'Agent Number',
      name: 'agentNumber',
      type: 'string',
      default: '',
      placeholder: 'e.g. +919800000001',
      description: 'Number of who took the call',
    },
    {
      displayName: 'Call Type',
      name: 'callType',
      type: 'string',
      default: '',
      placeholder: 'e.g. Incoming',
      description: 'What your account calls incoming or outgoing calls',
    },
    {
      displayName: 'Customer Number',
      name: 'customerNumber',
      type: 'string',
      default: '',
      placeholder: 'e.g. +919800000002',
      description: 'Number of who called, or was called',
    },
    {
      displayName: 'Knowlarity Number',
      name: 'knowlarityNumber',
      type: 'string',
      default: '',
      placeholder: 'e.g. +918000000001',
      description: 'Number of yours that was called',
    },
  ],
};

const NAMES = {
  callType: 'call_type',
  agentNumber: 'agent_number',
  knowlarityNumber: 'knowlarity_number',
  customerNumber: 'customer_number',
} as const satisfies Record<string, keyof Filters>;

export function readFilters(item: Item): Filters {
  const given = item.value('filters', {}) as Partial<Record<string, string>>;
  const filters = Object.entries(NAMES).map(([field, name]) => [name, String(given[field] ?? '').trim()]);
  return Object.fromEntries(filters.filter(([, value]) => value !== '')) as Filters;
}

/** How long a call of the API may take and wait, in the panel. */
export const callOptions = callOptionFields(
  { timeoutMs: DEFAULT_TIMEOUT_MS, maxWaitMs: DEFAULT_MAX_WAIT_MS },
  {
    displayName: 'Throttling Wait',
    description: 'Minutes that one request may wait while Knowlarity throttles before it fails',
  },
);

/** The same as the panel's collection holds it. */
export function readCallOptions(item: Item): ConnectOptions {
  return toCallLimits(item.value('options', {}) as CallOptions);
}

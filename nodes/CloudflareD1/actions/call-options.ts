import type { INodeProperties } from 'n8n-workflow';
import type { Item } from '../../frame';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS, type ConnectOptions } from '../transport/n8n-client';

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;

const timeoutSeconds = DEFAULT_TIMEOUT_MS / MS_PER_SECOND;
const maxWaitMinutes = DEFAULT_MAX_WAIT_MS / MS_PER_MINUTE;

/** How long a call may take and wait, in the panel. */
export const callOptions: INodeProperties[] = [
  {
    displayName: 'Request Timeout',
    name: 'timeout',
    type: 'number',
    typeOptions: { minValue: 1 },
    default: timeoutSeconds,
    description: 'Seconds after which a request counts as unanswered',
  },
  {
    displayName: 'Throttling Wait',
    name: 'maxWait',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: maxWaitMinutes,
    description: 'Minutes that one call may wait while Cloudflare throttles before it fails',
  },
];

/** The same as the panel's collection holds it. */
export function readCallOptions(item: Item): ConnectOptions {
  const { timeout, maxWait } = item.value('options', {}) as { timeout?: number; maxWait?: number };
  return {
    ...(timeout ? { timeoutMs: timeout * MS_PER_SECOND } : {}),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * MS_PER_MINUTE }),
  };
}

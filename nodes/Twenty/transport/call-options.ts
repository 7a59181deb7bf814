import type { INodeProperties } from 'n8n-workflow';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS } from './client';
import type { ConnectOptions } from './n8n-client';

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
    displayName: 'Rate Limit Wait',
    name: 'maxWait',
    type: 'number',
    typeOptions: { minValue: 0 },
    default: maxWaitMinutes,
    description: "Minutes that one call may wait for Twenty's rate limit before it fails",
  },
];

/** The same as the panel's collection holds it; what is not set is left to the client. */
export interface CallOptions {
  timeout?: number;
  maxWait?: number;
}

export function toConnectOptions({ timeout, maxWait }: CallOptions): ConnectOptions {
  return {
    ...(timeout ? { timeoutMs: timeout * MS_PER_SECOND } : {}),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * MS_PER_MINUTE }),
  };
}

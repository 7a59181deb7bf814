import { callOptionFields, toCallLimits, type CallOptions, type Item } from '../../frame';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS, type ConnectOptions } from '../transport/n8n-client';

/** How long a call may take and wait, in the panel. */
export const callOptions = callOptionFields(
  { timeoutMs: DEFAULT_TIMEOUT_MS, maxWaitMs: DEFAULT_MAX_WAIT_MS },
  {
    displayName: 'Throttling Wait',
    description: 'Minutes that one call may wait while Cloudflare throttles before it fails',
  },
);

/** The same as the panel's collection holds it. */
export function readCallOptions(item: Item): ConnectOptions {
  return toCallLimits(item.value('options', {}) as CallOptions);
}

import { callOptionFields } from '../../frame';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS } from './client';

/** How long a call may take and wait, in the panel. */
export const callOptions = callOptionFields(
  { timeoutMs: DEFAULT_TIMEOUT_MS, maxWaitMs: DEFAULT_MAX_WAIT_MS },
  {
    displayName: 'Rate Limit Wait',
    description: "Minutes that one call may wait for Twenty's rate limit before it fails",
  },
);

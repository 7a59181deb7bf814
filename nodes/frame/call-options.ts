import type { INodeProperties } from 'n8n-workflow';

const MS_PER_SECOND = 1_000;
const MS_PER_MINUTE = 60_000;

/** How long a call may take and wait, as the panel's options hold it: seconds and minutes. */
export interface CallOptions {
  timeout?: number;
  maxWait?: number;
}

/** The same as a client takes it, in milliseconds. */
export interface CallLimits {
  timeoutMs: number;
  maxWaitMs: number;
}

/**
 * The options of a call in the panel.
 * @param limits what holds where nothing is set
 * @param wait what the other side makes a call wait for
 */
export function callOptionFields(
  { timeoutMs, maxWaitMs }: CallLimits,
  wait: Pick<INodeProperties, 'displayName' | 'description'>,
): INodeProperties[] {
  const timeout = timeoutMs / MS_PER_SECOND;
  const maxWait = maxWaitMs / MS_PER_MINUTE;
  return [
    {
      displayName: 'Request Timeout',
      name: 'timeout',
      type: 'number',
      typeOptions: { minValue: 1 },
      default: timeout,
      description: 'Seconds after which a request counts as unanswered',
    },
    {
      ...wait,
      name: 'maxWait',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: maxWait,
    },
  ];
}

/** What is not set is left to the client. */
export function toCallLimits({ timeout, maxWait }: CallOptions): Partial<CallLimits> {
  return {
    ...(timeout ? { timeoutMs: timeout * MS_PER_SECOND } : {}),
    ...(maxWait === undefined ? {} : { maxWaitMs: maxWait * MS_PER_MINUTE }),
  };
}

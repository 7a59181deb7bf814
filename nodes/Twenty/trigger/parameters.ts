import type { IHookFunctions, IWebhookFunctions } from 'n8n-workflow';
import { namesIn } from '../../frame';
import { operationsFor } from './operations';

/** What the panel says. */
export interface TriggerParameters {
  objects: string[];
  /** Twenty's names for the chosen objects and events. */
  operations: string[];
  combineEvents: boolean;
  combineWindowMs: number;
  maxAgeMs: number;
  includeRecord: boolean;
  sendTestEvent: boolean;
}

interface Options {
  combineWindow?: number;
  maxAge?: number;
  includeRecord?: boolean;
  sendTestEvent?: boolean;
}

export const DEFAULT_COMBINE_WINDOW_MS = 200;
export const DEFAULT_MAX_AGE_MINUTES = 5;

export function readParameters(context: IHookFunctions | IWebhookFunctions): TriggerParameters {
  const objects = namesIn(context.getNodeParameter('objects', []));
  const options = context.getNodeParameter('options', {}) as Options;
  return {
    objects,
    operations: operationsFor(objects, namesIn(context.getNodeParameter('events', []))),
    combineEvents: context.getNodeParameter('combineEvents', true) === true,
    combineWindowMs: options.combineWindow ?? DEFAULT_COMBINE_WINDOW_MS,
    maxAgeMs: (options.maxAge ?? DEFAULT_MAX_AGE_MINUTES) * 60_000,
    includeRecord: options.includeRecord ?? true,
    sendTestEvent: options.sendTestEvent ?? false,
  };
}

import { DateTime } from 'luxon';
import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { referencedField } from '../../frame/referenced-field';
import { DEFAULT_MAX_WAIT_MS, DEFAULT_TIMEOUT_MS } from '../transport/client';

/** The object whose records are meant: chosen from the workspace's list, or by its API name. */
export const objectField: INodeProperties = {
  displayName: 'Object',
  name: 'object',
  type: 'resourceLocator',
  default: { mode: 'list', value: 'person', cachedResultName: 'Person' },
  required: true,
  description: 'The object whose records are meant, standard or custom',
  modes: [
    {
      displayName: 'From List',
      name: 'list',
      type: 'list',
      typeOptions: { searchListMethod: 'searchObjects', searchable: true },
    },
    {
      displayName: 'By Name',
      name: 'name',
      type: 'string',
      placeholder: 'e.g. person',
      hint: 'The singular name in the API, e.g. person or lead',
    },
  ],
};

const timeoutSeconds = DEFAULT_TIMEOUT_MS / 1_000;
const maxWaitMinutes = DEFAULT_MAX_WAIT_MS / 60_000;

/** How long a call may take and wait. */
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

/** Options with nothing but the call options. */
export const optionsField: INodeProperties = {
  displayName: 'Options',
  name: 'options',
  type: 'collection',
  placeholder: 'Add option',
  default: {},
  options: callOptions,
};

/** The options collection with an operation's own options before the common ones. */
export function optionsWith(...options: INodeProperties[]): INodeProperties {
  return { ...optionsField, options: [...options, ...callOptions] };
}

/** A text parameter; empty for what an expression leaves undefined or null. */
export function textParameter(context: IExecuteFunctions, name: string, itemIndex: number): string {
  const value: unknown = context.getNodeParameter(name, itemIndex, '', { extractValue: true });
  return value === null || value === undefined ? '' : String(value).trim();
}

/** A yes or no; an expression may give it as the text "true". */
export function booleanParameter(context: IExecuteFunctions, name: string, itemIndex: number): boolean {
  const value = context.getNodeParameter(name, itemIndex, false);
  return value === true || value === 'true';
}

/** A whole number of at least 1; `fallback` for what is none. */
export function countParameter(context: IExecuteFunctions, name: string, itemIndex: number, fallback: number): number {
  const value = Number(context.getNodeParameter(name, itemIndex, fallback));
  return Number.isFinite(value) && value >= 1 ? Math.floor(value) : fallback;
}

/**
 * A point in time as ISO 8601 in UTC; null when empty. What the date picker gives has no offset: it is meant in the
 * workflow's time zone.
 * @throws NodeOperationError when the text is no time
 */
export function timeParameter(
  context: IExecuteFunctions,
  name: string,
  label: string,
  itemIndex: number,
): string | null {
  const text = textParameter(context, name, itemIndex);
  if (text === '') return null;
  const inZone = DateTime.fromISO(text.replace(' ', 'T'), { zone: context.getTimezone() });
  const time = inZone.isValid ? inZone.toMillis() : Date.parse(text);
  if (!Number.isNaN(time)) return new Date(time).toISOString();
  throw operationError(
    context.getNode(),
    `${label} is not a time: ${text}`,
    'Use ISO 8601, e.g. 2026-01-31T12:00:00Z.',
    itemIndex,
  );
}

/**
 * A JSON parameter, given as text or, by an expression, as the value itself; null when empty.
 * @throws NodeOperationError when the text is no JSON
 */
export function jsonParameter(context: IExecuteFunctions, name: string, itemIndex: number, label: string): unknown {
  const value =
    referencedField(context, name, itemIndex) ?? (context.getNodeParameter(name, itemIndex, null) as unknown);
  if (typeof value !== 'string') return value ?? null;
  if (value.trim() === '') return null;
  try {
    return JSON.parse(value) as unknown;
  } catch {
    throw operationError(
      context.getNode(),
      `${label} is not valid JSON`,
      'Enter JSON text, or an expression that gives the value itself, e.g. {{ $json.writes }}.',
      itemIndex,
    );
  }
}

/** A JSON parameter that must be a list. */
export function listParameter<T>(context: IExecuteFunctions, name: string, itemIndex: number, label: string): T[] {
  const value = jsonParameter(context, name, itemIndex, label);
  if (value === null) return [];
  if (Array.isArray(value)) return value as T[];
  throw operationError(
    context.getNode(),
    `${label} is not a list`,
    'Give a JSON array, e.g. the field of that name of the step before.',
    itemIndex,
  );
}

import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { referencedField } from '../../parameters/referenced-field';

/** A JSON field of the panel; `name` is its parameter. */
export function jsonField(
  field: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & Partial<INodeProperties>,
): INodeProperties {
  return { type: 'json', default: '', ...field };
}

/** The directions of a sync run, as the database names them. */
export const DIRECTION_OPTIONS: INodeProperties['options'] = [
  { name: 'Supabase to Twenty', value: 'supabase_to_twenty' },
  { name: 'Twenty to Supabase', value: 'twenty_to_supabase' },
];

function describedField(name: string): string {
  return name.replace(/([A-Z])/g, ' $1').replace(/^./, (first) => first.toUpperCase());
}

/**
 * The value of a JSON parameter, typed in or from an expression; `null` when it is empty.
 * @throws NodeOperationError when it is no JSON
 */
export function jsonParameter(context: IExecuteFunctions, name: string, itemIndex: number): unknown {
  const value = referencedField(context, name, itemIndex) ?? (context.getNodeParameter(name, itemIndex, '') as unknown);
  if (typeof value !== 'string') return value ?? null;
  if (value.trim() === '' || value.trim() === 'undefined') return null;
  try {
    return JSON.parse(value) as unknown;
  } catch (error) {
    throw operationError(
      context.getNode(),
      `${describedField(name)} is not valid JSON (${(error as Error).message})`,
      'Drag the value in as an expression, or correct the JSON.',
      itemIndex,
    );
  }
}

/**
 * A JSON parameter that must hold a list.
 * @throws NodeOperationError when it holds anything else
 */
export function listParameter(context: IExecuteFunctions, name: string, itemIndex: number): unknown[] {
  const value = jsonParameter(context, name, itemIndex);
  if (Array.isArray(value)) return value as unknown[];
  throw operationError(
    context.getNode(),
    `${describedField(name)} is not a list`,
    `Pass a JSON array, e.g. {{ $json.${name} }}, or [] for an empty one.`,
    itemIndex,
  );
}

/** A text parameter; `null` when it is empty. */
export function textParameter(context: IExecuteFunctions, name: string, itemIndex: number): string | null {
  const value = context.getNodeParameter(name, itemIndex, '') as unknown;
  if (value === null || value === undefined || value === '') return null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';
import { operationError } from '../../errors/operation-error';
import { referencedField } from '../../parameters/referenced-field';

/** A JSON field of the panel; `name` is its parameter. */
export function jsonField(
  field: Pick<INodeProperties, 'displayName' | 'name' | 'description'> & Partial<INodeProperties>,
): INodeProperties {
  return { type: 'json', default: '', ...field };
}

interface CountField extends Pick<INodeProperties, 'displayName' | 'name' | 'description'> {
  standard: number;
  most: number;
}

/** How many leads or records to work on at once, from 1 to `most`; `standard` unless the user says otherwise. */
export function countField({ standard, most, ...field }: CountField): INodeProperties {
  return { type: 'number', typeOptions: { minValue: 1, maxValue: most }, default: standard, ...field };
}

interface DirectionField extends Pick<INodeProperties, 'description'> {
  /** What an operation calls it when leads flow both ways, and what that does. */
  both: { name: string; description?: string };
  standard: 'twenty_to_supabase' | 'supabase_to_twenty';
}

/** The directions of a sync run, as the database names them. */
export function directionField({ both, standard, description }: DirectionField): INodeProperties {
  const options = [
    { ...both, value: 'bidirectional' },
    { name: 'Supabase to Twenty', value: 'supabase_to_twenty' },
    { name: 'Twenty to Supabase', value: 'twenty_to_supabase' },
  ];
  return { displayName: 'Direction', name: 'direction', type: 'options', options, default: standard, description };
}

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

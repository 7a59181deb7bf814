import type { INodeProperties } from 'n8n-workflow';

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

export const decidedByField: INodeProperties = {
  displayName: 'Decided By',
  name: 'decidedBy',
  type: 'string',
  default: '',
  placeholder: 'e.g. Ada',
  description: 'Who says so, for the record',
};

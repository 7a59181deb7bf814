import { resource } from '../resource';
import { getMany } from './getMany.operation';
import { resolve } from './resolve.operation';

export const conflict = resource(
  'conflict',
  [
    {
      name: 'Get Many',
      value: 'getMany',
      action: 'Get many conflicts',
      description: 'List fields that both sides had changed: who won, both values and the reason',
    },
    {
      name: 'Resolve',
      value: 'resolve',
      action: 'Resolve a conflict',
      description: "Take Twenty's or Supabase's value, whoever won",
    },
  ],
  { getMany, resolve },
);

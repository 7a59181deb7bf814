import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Resolves a conflict by hand; the chosen value travels like any edit (`resolve_conflict`). */
export const resolve: Operation = {
  name: 'Resolve',
  action: 'Resolve a conflict',
  description: "Take Twenty's or Supabase's value, whoever won",
  fields: [
    {
      displayName: 'Conflict ID',
      name: 'conflictId',
      type: 'string',
      default: '={{ $json.id }}',
      required: true,
      placeholder: 'e.g. 42',
      description: 'ID of the conflict, as Get Many returns it',
    },
    {
      displayName: 'Take',
      name: 'take',
      type: 'options',
      options: [
        { name: 'Neither', value: 'neither', description: 'Leave the field as it is and close the conflict' },
        { name: "Supabase's Value", value: 'supabase', description: 'What the lead had here' },
        { name: "Twenty's Value", value: 'twenty', description: 'What the person had in Twenty' },
      ],
      default: 'twenty',
      description: 'Whose value the field gets on both sides, whoever won before',
    },
  ],
  execute: databaseCall('resolve_conflict', (item) => {
    const id = item.text('conflictId') ?? '';
    if (/^\d{1,18}$/.test(id)) return { p_conflict_id: Number(id), p_take: item.text('take') };
    throw item.error(
      id === '' ? 'There is no conflict ID' : `"${id.slice(0, 60)}" is not the ID of a conflict`,
      'Give the id that Get Many returns, e.g. {{ $json.id }}.',
    );
  }),
};

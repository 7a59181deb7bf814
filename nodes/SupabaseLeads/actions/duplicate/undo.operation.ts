import { databaseCall } from '../calls';
import { decidedByField } from '../fields';
import type { Operation } from '../types';

/** Takes a merge back as far as possible (`undo_merge`). */
export const undo: Operation = {
  name: 'Undo',
  action: 'Undo a merge',
  description: 'Make two leads of one again, as far as possible; the answer says what stays',
  fields: [
    {
      displayName: 'Merge ID',
      name: 'mergeId',
      type: 'string',
      default: '={{ $json.id }}',
      required: true,
      placeholder: 'e.g. 42',
      description: 'ID of the merge, as Merge returned it',
    },
    decidedByField,
  ],
  execute: databaseCall('undo_merge', (item) => {
    const id = item.text('mergeId') ?? '';
    if (/^\d{1,18}$/.test(id)) return { p_id: Number(id), p_by: item.text('decidedBy') };
    throw item.error(
      id === '' ? 'There is no merge ID' : `"${id.slice(0, 60)}" is not the ID of a merge`,
      'Give the id that Merge returned, e.g. {{ $json.id }}.',
    );
  }),
};

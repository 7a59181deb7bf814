import { eachItem } from '../each-item';
import type { Operation } from '../types';

/** Looks for states that should not be: counts that differ, claims left behind, orphans, duplicates (`check_sync_integrity`). */
export const checkIntegrity: Operation = {
  properties: [
    {
      displayName: 'Fix What Is Safe',
      name: 'fix',
      type: 'boolean',
      default: false,
      description: 'Whether to repair what can be repaired without touching data of a lead, e.g. claims left behind',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('check_sync_integrity', { p_fix: context.getNodeParameter('fix', itemIndex) }, itemIndex),
    );
  },
};

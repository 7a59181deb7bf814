import { eachItem } from '../each-item';
import type { Operation } from '../types';
import { versionParameter } from './version';

/** Makes an earlier version the rules that count again (`roll_back_scoring_rules`). */
export const rollBack: Operation = {
  properties: [
    {
      displayName: 'Version',
      name: 'version',
      type: 'string',
      default: '',
      placeholder: 'e.g. 2',
      description:
        'The version to go back to. Empty for the one before; 0 stops scoring and leaves scores as they are.',
    },
    {
      displayName: 'Restore Draft',
      name: 'restoreDraft',
      type: 'boolean',
      default: false,
      description:
        'Whether to put the rules of that version into the draft, too. What the draft holds now is then replaced.',
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call(
        'roll_back_scoring_rules',
        {
          p_version: versionParameter(context, itemIndex),
          p_restore_draft: context.getNodeParameter('restoreDraft', itemIndex, false),
        },
        itemIndex,
      ),
    );
  },
};

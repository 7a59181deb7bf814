import { databaseCall } from '../calls';
import type { Operation } from '../types';
import { versionOf } from './version';

/** Makes an earlier version the rules that count again (`roll_back_scoring_rules`). */
export const rollBack: Operation = {
  name: 'Roll Back',
  action: 'Roll back the scoring rules',
  description: 'Go back to an earlier version',
  fields: [
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
  execute: databaseCall('roll_back_scoring_rules', (item) => ({
    p_version: versionOf(item),
    p_restore_draft: item.value('restoreDraft', false),
  })),
};

import type { IDataObject } from 'n8n-workflow';
import { reportOfIntegrity, type IntegrityAnswer } from '../../alerts/integrity-answer';
import { toMessages } from '../../alerts/messages';
import { eachItem } from '../each-item';
import type { Operation } from '../types';

/**
 * Looks for states that should not be: counts that differ, claims left behind, orphans, duplicates (`check_sync_integrity`).
 * Adds `messages` to the function's answer; empty ones when all is well.
 */
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
    return await eachItem(context, async (itemIndex) => {
      const args = { p_fix: context.getNodeParameter('fix', itemIndex) };
      const answer = (await database.call('check_sync_integrity', args, itemIndex)) as IntegrityAnswer & IDataObject;
      return { ...answer, messages: { ...toMessages(reportOfIntegrity(answer)) } };
    });
  },
};

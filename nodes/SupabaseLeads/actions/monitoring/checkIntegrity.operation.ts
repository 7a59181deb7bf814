import type { IDataObject } from 'n8n-workflow';
import { eachItem } from '../../../frame';
import { type IntegrityAnswer, reportOfIntegrity } from '../../alerts/integrity-answer';
import { toMessages } from '../../alerts/messages';
import type { Operation } from '../types';

/**
 * Looks for states that should not be: counts that differ, claims left behind, orphans, duplicates (`check_sync_integrity`).
 * Adds `messages` to the function's answer; empty ones when all is well.
 */
export const checkIntegrity: Operation = {
  name: 'Check Integrity',
  action: 'Check integrity',
  description: 'Look for states that should not be, and repair what is safe',
  fields: [
    {
      displayName: 'Fix What Is Safe',
      name: 'fix',
      type: 'boolean',
      default: false,
      description: 'Whether to repair what can be repaired without touching data of a lead, e.g. claims left behind',
    },
  ],
  execute: eachItem(async (item, database) => {
    const args = { p_fix: item.value('fix') };
    const answer = (await database.call('check_sync_integrity', args, item.index)) as IntegrityAnswer & IDataObject;
    return { ...answer, messages: { ...toMessages(reportOfIntegrity(answer)) } };
  }),
};

import { eachItem } from '../each-item';
import { textParameter } from '../parameters';
import type { Operation } from '../types';

/** Forgets a person who asked for it (`forget_lead`); what Twenty holds is destroyed by the Twenty node after it. */
export const forget: Operation = {
  properties: [
    {
      displayName: 'Lead',
      name: 'lead',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. ada@example.com',
      description:
        "The lead's ID, its person's ID in Twenty, or an email address. Afterwards destroy the people of twenty_ids, and the tasks of task_ids, with the Twenty node: Record › Delete, Delete Permanently.",
    },
  ],
  async execute(context, database) {
    return await eachItem(context, (itemIndex) =>
      database.call('forget_lead', { p_lead: textParameter(context, 'lead', itemIndex) }, itemIndex),
    );
  },
};

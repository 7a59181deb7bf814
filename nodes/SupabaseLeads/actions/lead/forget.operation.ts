import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Forgets a person who asked for it (`forget_lead`); what Twenty holds is destroyed by the Twenty node after it. */
export const forget: Operation = {
  name: 'Forget',
  action: 'Forget a lead',
  description: 'Delete all that is known of a person who asked for it, and keep it from coming back',
  fields: [
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
  execute: databaseCall('forget_lead', (item) => ({ p_lead: item.text('lead') })),
};

import { databaseCall } from '../calls';
import type { Operation } from '../types';

/** Forgets a person who asked for it (`forget_lead`); what Twenty holds, `to_destroy`, is destroyed by the Twenty node after it. */
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
        "The lead's ID, its person's ID in Twenty, or an email address. The answer names in to_destroy what Twenty has of them: destroy it with the Twenty node (Record › Delete, Delete Permanently), and tell by Confirm Forgotten. The workflow lead-sync-forget does all three.",
    },
  ],
  execute: databaseCall('forget_lead', (item) => ({ p_lead: item.text('lead') ?? '' })),
};

import { sentences } from '../../errors/sentences';
import type { FailureCategory, TwentyFailure } from './failures';

interface Explanation {
  /** What happened; what Twenty or the network said follows it. */
  message: string;
  /** What to do next. */
  next: string;
}

const EXPLANATIONS: Record<FailureCategory, Explanation> = {
  auth: {
    message: 'Twenty does not accept the API key',
    next: 'Create a new key in Twenty under Settings → APIs & Webhooks and put it into the credential.',
  },
  permission: {
    message: "The API key's role may not do this in Twenty",
    next: 'Give the role of this API key the missing permission in Twenty under Settings → Roles.',
  },
  rate_limit: {
    message: "Twenty's rate limit left no room for longer than this node waits",
    next: "Run again later, or lower Calls per Minute in the credential to what this workspace's other users leave.",
  },
  validation: {
    message: 'Twenty refused the data',
    next: 'Correct the value that Twenty names, then run again.',
  },
  duplicate: {
    message: 'Another record in Twenty already has a value that must be unique',
    next: 'Merge the two records, or change the value in one of them; restore or destroy a deleted one.',
  },
  conflict: {
    message: 'The write points at a record in Twenty that is not the one meant',
    next: 'Correct the ID, or the email or other unique value, of one of the two.',
  },
  not_found: {
    message: 'Twenty has no such record or object',
    next: 'Check the ID and the object name, and that the API key belongs to this workspace.',
  },
  missing_field: {
    message: 'Twenty has no such field on this object',
    next: 'Run Workspace → Prepare to create the fields that leads need, or take the field out of the mapping.',
  },
  wrong_url: {
    message: 'No Twenty API answers at the URL of the credential',
    next: 'Set it to https://api.twenty.com for Twenty Cloud, or to the address of your own server, e.g. https://crm.example.com.',
  },
  firewall: {
    message: 'A firewall in front of Twenty keeps this n8n out',
    next: 'Let the address of this n8n through without a challenge, or set the URL to the address behind the firewall.',
  },
  quota: {
    message: 'Twenty asks for a subscription or a payment',
    next: 'Look in Twenty under Settings → Billing, then run again.',
  },
  network: {
    message: 'Twenty cannot be reached',
    next: 'Check the URL in the credential and that Twenty runs, then run again.',
  },
  cut_off: {
    message: 'The answer of Twenty was cut off',
    next: 'Run again; if it happens often, look for a proxy between n8n and Twenty that ends connections.',
  },
  timeout: {
    message: 'Twenty took too long',
    next: 'Run again; if it happens often, lower the batch or page size.',
  },
  server: {
    message: 'Twenty did not answer as it should',
    next: "Run again; if it happens often, look into the Twenty server's log.",
  },
  cancelled: {
    message: 'The execution was cancelled',
    next: 'Run again to go on from where it stopped.',
  },
};

/** What happened, with Twenty's own words, and what to do, in a few short sentences. */
export function describeFailure(failure: TwentyFailure): string {
  const { category, detail, conflictingRecordId: holder } = failure;
  const heldBy = holder && !detail.includes(holder) ? ` (held by record ${holder})` : '';
  const { message, next } = EXPLANATIONS[category];
  return sentences(`${message}${heldBy}: ${detail}`, next);
}

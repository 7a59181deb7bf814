import { NodeApiError, type INode } from 'n8n-workflow';
import type { FailureCategory, TwentyFailure } from './failures';

interface Explanation {
  /** What happened, as the error's title. */
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
    message: "Twenty's rate limit was reached for longer than this node waits",
    next: "Run again later, or lower Calls per Minute in the credential to what this workspace's other users leave.",
  },
  validation: {
    message: 'Twenty refused the data',
    next: 'Correct the value that the message names, then run again.',
  },
  duplicate: {
    message: 'Another record in Twenty already has a value that must be unique',
    next: 'Merge the two records or change the email, domain or other unique field of one. Deleted records count, too: restore or destroy them.',
  },
  conflict: {
    message: 'The write points at two different records in Twenty',
    next: 'Its ID belongs to one record and its email or other unique value to another. Correct one of the two.',
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
    message: 'No Twenty API answers at this URL',
    next: 'Set the URL of the credential to the address at which you open Twenty, e.g. https://crm.example.com.',
  },
  network: {
    message: 'The connection to Twenty failed',
    next: 'Check that the URL of the credential can be reached from n8n, then run again.',
  },
  timeout: {
    message: 'Twenty did not answer in time',
    next: 'Run again; if it persists, lower the batch or page size.',
  },
  server: {
    message: 'Twenty failed with an internal error',
    next: "Run again; if it persists, look into the Twenty server's log.",
  },
  cancelled: {
    message: 'The execution was cancelled',
    next: 'Run again to go on from where it stopped.',
  },
};

const UNKNOWN_OUTCOME = 'No answer came, so the write may have landed: read the record before you repeat it.';

/** What happened, in one sentence, with Twenty's own words. */
export function describeFailure(failure: TwentyFailure): string {
  const holder = failure.conflictingRecordId ? ` (held by record ${failure.conflictingRecordId})` : '';
  return `${EXPLANATIONS[failure.category].message}${holder}: ${failure.detail}`;
}

/** What to do next about it. */
export function nextStep(failure: TwentyFailure): string {
  const next = EXPLANATIONS[failure.category].next;
  return failure.outcome === 'unknown' && failure.category !== 'cancelled' ? `${next} ${UNKNOWN_OUTCOME}` : next;
}

/** The one place that makes n8n's error out of a failed call. `itemIndex` names the input item it belongs to. */
export function toNodeApiError(node: INode, failure: TwentyFailure, itemIndex?: number): NodeApiError {
  const error = new NodeApiError(
    node,
    { message: failure.detail, category: failure.category, outcome: failure.outcome },
    {
      description: nextStep(failure),
      httpCode: failure.httpStatus === null ? undefined : String(failure.httpStatus),
      ...(itemIndex === undefined ? {} : { itemIndex }),
    },
  );
  // Set afterwards: the constructor replaces a message that holds a code such as ECONNREFUSED with a general one.
  error.message = describeFailure(failure);
  return error;
}

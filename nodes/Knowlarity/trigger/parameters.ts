import type { INodeProperties, IWebhookFunctions } from 'n8n-workflow';
import { noticeField, optionsField } from '../../frame';

/** What the panel says. */
export interface TriggerParameters {
  /** Empty: all. */
  numbers: string[];
  header: string;
}

const DEFAULT_HEADER = 'X-Lead-Sync-Secret';

export const properties: INodeProperties[] = [
  noticeField(
    'pollNotice',
    'A push only tells that there is something to read, and can be lost: have Knowlarity › Intake › Poll follow, and run on a schedule as well.',
  ),
  {
    displayName: 'Knowlarity Numbers',
    name: 'numbers',
    type: 'string',
    default: '',
    placeholder: 'e.g. +918000000001, +918000000002',
    description: 'Numbers of yours whose calls start the workflow, with commas in between. Empty for all.',
  },
  optionsField({
    displayName: 'Secret Header',
    name: 'header',
    type: 'string',
    default: DEFAULT_HEADER,
    description:
      'Header that brings the push secret of the credential. Where none can be set, put ?secret=… behind the address.',
  }),
];

export function readParameters(context: IWebhookFunctions): TriggerParameters {
  const { header = '' } = context.getNodeParameter('options', {}) as { header?: string };
  return {
    numbers: String(context.getNodeParameter('numbers', ''))
      .split(/[,;\n]+/)
      .map((number) => number.trim())
      .filter((number) => number !== ''),
    header: header.trim() || DEFAULT_HEADER,
  };
}

import type { IHookFunctions, INodeProperties, IWebhookFunctions } from 'n8n-workflow';
import { noticeField, optionsField } from '../../frame';
import { pageField } from '../actions/fields';

/** What the panel says. */
export interface TriggerParameters {
  /** Null: the pages of the app, all of them. */
  pageId: string | null;
  /** Empty: all forms. */
  formIds: string[];
  subscribe: boolean;
}

export const properties: INodeProperties[] = [
  noticeField(
    'pollNotice',
    'Meta repeats a delivery for 36 hours and then drops it: have Meta Lead Ads › Intake › Poll run as well, which finds what was lost.',
  ),
  {
    ...pageField,
    description:
      'The page whose leads start the workflow. Empty for all pages: publishing subscribes those of the token.',
  },
  {
    displayName: 'Subscribe',
    name: 'subscribe',
    type: 'boolean',
    default: true,
    description:
      'Whether publishing the workflow tells Meta to deliver here. An app delivers to one address only. Off when you enter the address in the dashboard of the app yourself.',
  },
  optionsField({
    displayName: 'Form IDs',
    name: 'formIds',
    type: 'string',
    default: '',
    placeholder: 'e.g. 101600000000001, 101600000000002',
    description: 'The forms whose leads start the workflow, with commas in between. Empty for all.',
  }),
];

export function readParameters(context: IHookFunctions | IWebhookFunctions): TriggerParameters {
  const { formIds = '' } = context.getNodeParameter('options', {}) as { formIds?: string };
  const page = context.getNodeParameter('pageId', '', { extractValue: true });
  return {
    pageId: String(page ?? '').trim() || null,
    formIds: String(formIds)
      .split(/[\s,]+/)
      .filter((id) => id !== ''),
    subscribe: context.getNodeParameter('subscribe', true) === true,
  };
}

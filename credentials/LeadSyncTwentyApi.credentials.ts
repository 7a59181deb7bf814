import type { IAuthenticate, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { plainHttpNotice } from '../nodes/http/plain-http';
import { redirectRules } from './redirect-rules';

/** A Twenty workspace: its address, an API key and the calls it allows. */
export class LeadSyncTwentyApi implements ICredentialType {
  name = 'leadSyncTwentyApi';

  displayName = 'Lead Sync Twenty API';

  icon = { light: 'file:icons/twenty.svg', dark: 'file:icons/twenty.dark.svg' } as const;

  documentationUrl = 'https://docs.twenty.com/developers/extend/api';

  properties: INodeProperties[] = [
    {
      displayName: 'URL',
      name: 'url',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. https://api.twenty.com',
      description: 'Address of the Twenty server, with or without /rest or /graphql at its end',
    },
    plainHttpNotice('url'),
    {
      displayName: 'API Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'Key from Settings → APIs & Webhooks in Twenty',
    },
    {
      displayName: 'Calls per Minute',
      name: 'callsPerMinute',
      type: 'number',
      typeOptions: { minValue: 0 },
      default: 0,
      description:
        'How many calls the workspace allows a minute, all its keys together. 0 to find out: the nodes begin with 100 (50 on Twenty Cloud), slow down when Twenty refuses calls, and speed up as far as it takes them. Any other number is never exceeded.',
    },
  ];

  /** A function, not an expression: those can be evaluated only while n8n runs a node, and cost time at each request. */
  authenticate: IAuthenticate = async ({ apiKey }, request) => {
    const headers = { ...request.headers, Authorization: `Bearer ${String(apiKey).trim()}` };
    return await Promise.resolve({ ...request, headers });
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.url.trim().replace(/\\/+$/, "").replace(/\\/(rest|graphql|metadata)$/, "")}}',
      url: '/rest/people',
      method: 'GET',
      disableFollowRedirect: true,
      qs: { limit: 1 },
    },
    rules: redirectRules(
      'Set it to https://api.twenty.com for Twenty Cloud, or to the address of your own server, e.g. https://crm.example.com.',
    ),
  };
}

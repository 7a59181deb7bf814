import type { IAuthenticateGeneric, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { plainHttpNotice } from '../nodes/http/plain-http';
import { redirectRules } from './redirect-rules';

/** Time of a test's window: a minute in which there are hardly calls. */
const MOMENT = '2020-01-01 00:00:00+05:30';
const MINUTE_LATER = '2020-01-01 00:01:00+05:30';

/** An account of Knowlarity (SuperReceptionist). */
export class LeadSyncKnowlarityApi implements ICredentialType {
  name = 'leadSyncKnowlarityApi';

  displayName = 'Lead Sync Knowlarity API';

  icon = { light: 'file:icons/knowlarity.svg', dark: 'file:icons/knowlarity.dark.svg' } as const;

  documentationUrl = 'https://developer.knowlarity.com/docs/';

  properties: INodeProperties[] = [
    {
      displayName: 'X-Api-Key',
      name: 'apiKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'The application access key of your account',
    },
    {
      displayName: 'Authorization',
      name: 'authorizationToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'The SR API key of your account, as it is: without a word such as Bearer before it',
    },
    {
      displayName: 'Push Secret',
      name: 'pushSecret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'A long secret of your own, by which the trigger knows that a push is yours. Needed by the trigger only.',
    },
    {
      displayName: 'Time Zone',
      name: 'timeZone',
      type: 'string',
      default: 'Asia/Kolkata',
      placeholder: 'e.g. Asia/Kolkata',
      description: 'Of the account: times that come without an offset are meant in it',
    },
    {
      displayName: 'Country',
      name: 'country',
      type: 'string',
      default: 'IN',
      placeholder: 'e.g. IN',
      description: 'Where numbers without a plus sign are from, in two letters',
    },
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'https://kpi.knowlarity.com',
      description: 'Address of the API; another one only where your account or a gateway of yours has one',
    },
    plainHttpNotice('baseUrl'),
  ];

  authenticate: IAuthenticateGeneric = {
    type: 'generic',
    properties: {
      headers: {
        'x-api-key': '={{$credentials.apiKey.trim()}}',
        Authorization: '={{$credentials.authorizationToken.trim()}}',
      },
    },
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{($credentials.baseUrl.trim() || "https://kpi.knowlarity.com").replace(/\\/+$/, "")}}',
      url: '/Basic/v1/account/calllog',
      method: 'GET',
      disableFollowRedirect: true,
      qs: { start_time: MOMENT, end_time: MINUTE_LATER, limit: 1, offset: 0 },
    },
    rules: [
      ...redirectRules('Leave it as https://kpi.knowlarity.com.'),
      {
        type: 'responseCode',
        properties: {
          value: 401,
          message: 'Knowlarity does not take the authorization. Copy it anew, without a word such as Bearer before it.',
        },
      },
      {
        type: 'responseCode',
        properties: { value: 403, message: 'Knowlarity does not take the x-api-key. Copy it anew.' },
      },
    ],
  };
}

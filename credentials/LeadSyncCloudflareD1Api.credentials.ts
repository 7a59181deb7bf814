import type { IAuthenticate, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { plainHttpNotice } from '../nodes/http/plain-http';
import { redirectRules } from './redirect-rules';

/** A D1 database, by Cloudflare's API or through a Worker that answers like it. */
export class LeadSyncCloudflareD1Api implements ICredentialType {
  name = 'leadSyncCloudflareD1Api';

  displayName = 'Lead Sync Cloudflare D1 API';

  icon = { light: 'file:icons/cloudflareD1.svg', dark: 'file:icons/cloudflareD1.dark.svg' } as const;

  documentationUrl = 'https://developers.cloudflare.com/fundamentals/api/get-started/create-token/';

  properties: INodeProperties[] = [
    {
      displayName: 'Base URL',
      name: 'baseUrl',
      type: 'string',
      default: 'https://api.cloudflare.com/client/v4',
      required: true,
      description:
        "Cloudflare's API, or the address of the Worker that comes with this package, e.g. https://lead-sync-edge.your-name.workers.dev",
    },
    plainHttpNotice('baseUrl'),
    {
      displayName: 'Account ID',
      name: 'accountId',
      type: 'string',
      default: '',
      description: 'From the dashboard of Cloudflare. Not needed with a Worker.',
    },
    {
      displayName: 'Database ID',
      name: 'databaseId',
      type: 'string',
      default: '',
      description: 'From Storage & databases → D1 in the dashboard of Cloudflare. Not needed with a Worker.',
    },
    {
      displayName: 'API Token',
      name: 'apiToken',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description:
        'Token from My Profile → API Tokens in Cloudflare with the permission D1 Edit; with a Worker, its ADMIN_TOKEN',
    },
  ];

  /** A function, not an expression: those can be evaluated only while n8n runs a node, and cost time at each request. */
  authenticate: IAuthenticate = async ({ apiToken }, request) => {
    const headers = { ...request.headers, Authorization: `Bearer ${String(apiToken).trim()}` };
    return await Promise.resolve({ ...request, headers });
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.baseUrl.trim().replace(/\\/+$/, "").replace(/\\/client\\/v4$/, "")}}',
      url: '=/client/v4/accounts/{{$credentials.accountId.trim() || "-"}}/d1/database/{{$credentials.databaseId.trim() || "-"}}/query',
      method: 'POST',
      disableFollowRedirect: true,
      body: { sql: 'select 1' },
    },
    rules: [
      ...redirectRules('Leave it as https://api.cloudflare.com/client/v4, or enter the address of your Worker.'),
      ...[400, 404].map((value) => ({
        type: 'responseCode' as const,
        properties: {
          value,
          message:
            'There is no such database. Copy the IDs of the account and the database from the dashboard of Cloudflare; for a Worker, set its variable D1_API to "on".',
        },
      })),
      ...[401, 403].map((value) => ({
        type: 'responseCode' as const,
        properties: {
          value,
          message:
            'This token may not query this database. Create one in Cloudflare under My Profile → API Tokens with the permission D1 Edit for this account; for a Worker, enter its ADMIN_TOKEN.',
        },
      })),
    ],
  };
}

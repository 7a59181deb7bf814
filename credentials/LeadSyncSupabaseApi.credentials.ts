import type { IAuthenticate, ICredentialTestRequest, ICredentialType, INodeProperties } from 'n8n-workflow';
import { plainHttpNotice } from '../nodes/http/plain-http';
import { redirectRules } from './redirect-rules';

/** A Supabase project, hosted or self-hosted, or any PostgREST behind a gateway with Supabase's paths. */
export class LeadSyncSupabaseApi implements ICredentialType {
  name = 'leadSyncSupabaseApi';

  displayName = 'Lead Sync Supabase API';

  icon = { light: 'file:icons/supabaseLeads.svg', dark: 'file:icons/supabaseLeads.dark.svg' } as const;

  documentationUrl = 'https://supabase.com/docs/guides/api/api-keys';

  properties: INodeProperties[] = [
    {
      displayName: 'Host',
      name: 'host',
      type: 'string',
      default: '',
      required: true,
      placeholder: 'e.g. https://your-project.supabase.co',
      description: 'Address of the Supabase project, with or without /rest/v1 at its end',
    },
    plainHttpNotice('host'),
    {
      displayName: 'Service Key',
      name: 'serviceKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description:
        'Secret key (sb_secret_…) or the older service_role key from Settings → API Keys in Supabase. The anon or publishable key does not work.',
    },
    {
      displayName: 'Publishable Key',
      name: 'publishableKey',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      description:
        'Only when the service key is a token of the role lead_sync_api: the publishable or anon key of the project, which its gateway wants beside the token',
    },
  ];

  /** A function, not expressions: those cost every execution a JavaScript isolate of its own, about 40 ms. */
  authenticate: IAuthenticate = async ({ serviceKey, publishableKey }, request) => {
    const key = String(serviceKey).trim();
    const apikey = String(publishableKey ?? '').trim() || key;
    const headers = { ...request.headers, apikey, Authorization: `Bearer ${key}` };
    return await Promise.resolve({ ...request, headers });
  };

  test: ICredentialTestRequest = {
    request: {
      baseURL: '={{$credentials.host.trim().replace(/\\/+$/, "").replace(/\\/rest(\\/v1)?$/, "")}}',
      url: '/rest/v1/lead_sync_runs',
      method: 'GET',
      disableFollowRedirect: true,
      qs: { select: 'id', limit: 1 },
    },
    rules: [
      ...redirectRules('Enter the address of the project itself, e.g. https://your-project.supabase.co.'),
      {
        type: 'responseCode',
        properties: {
          value: 404,
          message:
            'The project answers, but it lacks the tables of lead sync. Run "npx n8n-nodes-lead-sync setup" or paste migrations/lead-sync-1.sql and then lead-sync-2.sql into its SQL editor.',
        },
      },
    ],
  };
}

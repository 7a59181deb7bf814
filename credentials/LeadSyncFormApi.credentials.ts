import type { ICredentialType, INodeProperties } from 'n8n-workflow';

/** What senders of web forms know and nobody else; no server gets it from here. */
export class LeadSyncFormApi implements ICredentialType {
  name = 'leadSyncFormApi';

  displayName = 'Lead Sync Web Form API';

  icon = { light: 'file:icons/supabaseLeads.svg', dark: 'file:icons/supabaseLeads.dark.svg' } as const;

  documentationUrl = 'https://docs.n8n.io/integrations/builtin/core-nodes/n8n-nodes-base.webhook/';

  properties: INodeProperties[] = [
    {
      displayName: 'Header',
      name: 'header',
      type: 'string',
      default: 'X-Lead-Sync-Secret',
      required: true,
      placeholder: 'e.g. X-Lead-Sync-Secret',
      description:
        'The header in which the sender gives the secret, or its signature of the body, e.g. Typeform-Signature or Tally-Signature',
    },
    {
      displayName: 'Secret',
      name: 'secret',
      type: 'string',
      typeOptions: { password: true },
      default: '',
      required: true,
      description: 'A long random value, at least 16 characters; enter the same one at the form service',
    },
  ];
}

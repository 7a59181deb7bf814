import type { WorkflowJson } from '../../../stack/n8n-client';
import { columns, flow, isThere, manualTrigger, oneAtATime, supabaseRow, twentyRequest } from './flow';

const PEOPLE_QUERY =
  'query($first:Int){people(first:$first,orderBy:[{id:AscNullsFirst}]){edges{node{id name{firstName lastName} ' +
  'emails{primaryEmail} phones{primaryPhoneNumber primaryPhoneCallingCode} linkedinLink{primaryLinkUrl} jobTitle ' +
  'city country leadSource leadStatus company{name domainName{primaryLinkUrl}}}}}}';

const person = (path: string): string => `={{ $('Each person').item.json.node.${path} }}`;

const LEAD_COLUMNS = {
  twenty_id: person('id'),
  first_name: person('name.firstName'),
  last_name: person('name.lastName'),
  email: person('emails.primaryEmail'),
  phone:
    "={{ $('Each person').item.json.node.phones.primaryPhoneCallingCode }}{{ $('Each person').item.json.node.phones.primaryPhoneNumber }}",
  job_title: person('jobTitle'),
  linkedin_url: person('linkedinLink.primaryLinkUrl'),
  city: person('city'),
  country: person('country'),
  lead_source: person('leadSource'),
  lead_status: person('leadStatus'),
  company_name: person('company.name'),
  company_domain: person('company.domainName.primaryLinkUrl'),
};

/**
 * People of Twenty into Supabase as one builds it from n8n's own nodes: all people in one request, then for each, alone,
 * a look for its lead and a create or an update.
 */
export function pullFlow(twentyUrl: string, leads: number): WorkflowJson {
  const readAll = JSON.stringify({ query: PEOPLE_QUERY, variables: { first: leads } });
  const byTwentyId = { keyName: 'twenty_id', keyValue: '={{ $json.node.id }}' };
  const byLeadId = { keyName: 'id', condition: 'eq', keyValue: "={{ $('Find lead').item.json.id }}" };
  return flow(
    'benchItemPull',
    'Bench: people to leads, one at a time',
    {
      Start: manualTrigger,
      'Read people': twentyRequest('POST', `${twentyUrl}/graphql`, readAll),
      'Split people': {
        type: 'splitOut',
        typeVersion: 1,
        parameters: { fieldToSplitOut: 'data.people.edges', options: {} },
      },
      'Each person': oneAtATime,
      'Find lead': {
        ...supabaseRow('get', { filters: { conditions: [byTwentyId] } }),
        alwaysOutputData: true,
      },
      'Is it there?': isThere('={{ $json.id }}'),
      'Update lead': supabaseRow('update', {
        filterType: 'manual',
        matchType: 'allFilters',
        filters: { conditions: [byLeadId] },
        ...columns(LEAD_COLUMNS),
      }),
      'Create lead': supabaseRow('create', columns(LEAD_COLUMNS)),
    },
    {
      Start: ['Read people'],
      'Read people': ['Split people'],
      'Split people': ['Each person'],
      'Each person': ['', 'Find lead'],
      'Find lead': ['Is it there?'],
      'Is it there?': ['Update lead', 'Create lead'],
      'Update lead': ['Each person'],
      'Create lead': ['Each person'],
    },
  );
}

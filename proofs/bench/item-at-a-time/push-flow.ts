import type { WorkflowJson } from '../../../stack/n8n-client';
import { columns, flow, isThere, manualTrigger, oneAtATime, supabaseRow, twentyRequest } from './flow';

const LEAD = "$('Each lead').item.json";

/** An expression that gives the person's JSON; companies are left out, which spares this flow two more calls a lead. */
const PERSON_BODY = `={{ JSON.stringify({
  name: { firstName: ${LEAD}.first_name, lastName: ${LEAD}.last_name },
  emails: { primaryEmail: ${LEAD}.email },
  phones: { primaryPhoneNumber: ${LEAD}.phone },
  linkedinLink: { primaryLinkUrl: ${LEAD}.linkedin_url },
  jobTitle: ${LEAD}.job_title,
  city: ${LEAD}.city,
  country: ${LEAD}.country,
  leadSource: ${LEAD}.lead_source,
  leadStatus: ${LEAD}.lead_status
}) }}`;

/**
 * Leads of Supabase into Twenty as one builds it from n8n's own nodes: all due leads in one request, then for each, alone,
 * a look for its person by email, a create or a patch, and the note in Supabase that it is done.
 */
export function pushFlow(twentyUrl: string, leads: number): WorkflowJson {
  const people = `${twentyUrl}/rest/people`;
  const due = { keyName: 'sync_status', condition: 'eq', keyValue: 'pending' };
  const byLeadId = { keyName: 'id', condition: 'eq', keyValue: `={{ ${LEAD}.id }}` };
  return flow(
    'benchItemPush',
    'Bench: leads to people, one at a time',
    {
      Start: manualTrigger,
      'Read leads': supabaseRow('getAll', {
        returnAll: false,
        limit: leads,
        filterType: 'manual',
        matchType: 'allFilters',
        filters: { conditions: [due] },
      }),
      'Each lead': oneAtATime,
      'Find person': twentyRequest(
        'GET',
        `=${people}?limit=1&filter={{ encodeURIComponent('emails.primaryEmail[eq]:"' + $json.email + '"') }}`,
      ),
      'Is it there?': isThere('={{ $json.data.people[0]?.id }}'),
      'Patch person': twentyRequest('PATCH', `=${people}/{{ $json.data.people[0].id }}`, PERSON_BODY),
      'Create person': twentyRequest('POST', people, PERSON_BODY),
      'Note the person': supabaseRow('update', {
        filterType: 'manual',
        matchType: 'allFilters',
        filters: { conditions: [byLeadId] },
        ...columns({
          twenty_id: '={{ ($json.data.createPerson ?? $json.data.updatePerson).id }}',
          sync_status: 'synced',
        }),
      }),
    },
    {
      Start: ['Read leads'],
      'Read leads': ['Each lead'],
      'Each lead': ['', 'Find person'],
      'Find person': ['Is it there?'],
      'Is it there?': ['Patch person', 'Create person'],
      'Patch person': ['Note the person'],
      'Create person': ['Note the person'],
      'Note the person': ['Each lead'],
    },
  );
}

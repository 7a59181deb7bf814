import { AT } from './dashboard-sample';

const ID = '1b4e28ba-2fa1-41d2-883f-0016d3cca427';
const OTHER = '2b4e28ba-2fa1-41d2-883f-0016d3cca427';
const RUN = '3b4e28ba-2fa1-41d2-883f-0016d3cca427';

const found = (more: object): object => ({
  id: ID,
  twenty_id: ID,
  name: 'Ada Lovelace',
  email: 'ada@example.com',
  phone: '+33612345678',
  company_name: 'Analytical Engines',
  sync_status: 'synced',
  problem: null,
  held: false,
  conflicts: 0,
  left_out: {},
  updated_at: AT,
  deleted_at: null,
  ...more,
});

const compared = (field: string, here: unknown, twenty: unknown, state: string, more: object = {}): object => ({
  field,
  here,
  twenty,
  agreed: twenty,
  twenty_field: field,
  direction: 'both',
  policy: 'last_write_wins',
  state,
  reason: null,
  conflict: null,
  ...more,
});

const LEAD = {
  found: true,
  object: 'person',
  lead: {
    id: ID,
    twenty_id: ID,
    name: 'Ada Lovelace',
    email: 'ada@example.com',
    phone: 'call me',
    company_name: 'Analytical Engines',
    created_at: AT,
    updated_at: AT,
    deleted_at: null,
    lead_score: 81,
    segment: 'Enterprise',
  },
  sync: {
    sync_status: 'error',
    error: 'validation: refused',
    error_count: 3,
    last_synced_at: AT,
    error_category: 'validation',
    due_at: AT,
    due_since: AT,
    held_by: null,
    refusal: null,
    is_claimed: false,
    read_at: AT,
    remote_updated_at: AT,
    gone: false,
    joined: null,
  },
  fields: [
    compared('first_name', 'Ada', 'Ada', 'equal'),
    compared('job_title', 'Director', 'Chair', 'conflict', {
      conflict: {
        id: 7,
        winner: 'twenty',
        twenty_value: 'Chair',
        supabase_value: 'Director',
        reason: 'it changed later',
        created_at: AT,
      },
    }),
    compared('phone', 'call me', '+33612345678', 'left_out', { reason: 'it is no phone number' }),
    compared('city', 'Bergen', 'Oslo', 'one_way', { direction: 'to_supabase' }),
    compared('lead_score', 81, 12, 'one_way', { direction: 'to_twenty' }),
    compared('email', 'ada@example.com', null, 'waits'),
    compared('country', null, 'NO', 'differs'),
    compared('region', null, 'x', 'missing'),
    compared('attributes.nickname', { a: ['b'] }, null, 'not_mapped', { direction: null }),
  ],
  duplicates: [{ lead_id: OTHER, name: 'A. Lovelace', email: null, score: 0.91 }],
  timeline: [
    {
      at: AT,
      kind: 'audit',
      done_by: 'dashboard: ada',
      action: 'take_value',
      subject: { lead_id: ID, field: 'phone' },
    },
    {
      at: AT,
      kind: 'change',
      side: 'twenty',
      made_by: null,
      run_id: RUN,
      before: { job_title: 'Engineer' },
      after: { job_title: null },
    },
    { at: AT, kind: 'change', side: 'supabase', made_by: 'Ada', run_id: null, before: {}, after: { city: 'Oslo' } },
    {
      at: AT,
      kind: 'sync',
      sync_type: 'scheduled_push',
      direction: 'supabase_to_twenty',
      status: 'error',
      fields: ['phone'],
      error: 'refused',
    },
    {
      at: AT,
      kind: 'conflict',
      id: 7,
      field: 'job_title',
      winner: 'twenty',
      twenty_value: 'Chair',
      supabase_value: 'Director',
      reason: 'it changed later',
      resolution: 'supabase',
      resolved_by: 'dashboard: ada',
    },
    { at: AT, kind: 'activity', activity: 'note', author: 'Grace', title: 'Called', excerpt: 'She said', status: null },
    { at: AT, kind: 'touch', touch: 'form', source: 'web', campaign: 'spring', form: 'contact', outcome: null },
  ],
};

export const BUSY_LEADS = {
  search_leads: {
    leads: [
      found({}),
      found({
        id: OTHER,
        name: null,
        sync_status: 'error',
        problem: 'The e-mail belongs to another person',
        held: true,
      }),
      found({ conflicts: 2, left_out: { phone: 'no phone number' }, sync_status: 'pending', deleted_at: AT }),
    ],
    has_next: true,
    position: `0 ${ID} `,
  },
  get_lead: LEAD,
};

export const EMPTY_LEADS = {
  search_leads: { leads: [], has_next: false, position: null },
  get_lead: {
    ...LEAD,
    lead: { ...LEAD.lead, name: null, email: null, twenty_id: null, phone: null, company_name: null, lead_score: null },
    sync: { sync_status: 'pending', error: null, error_count: 0, last_synced_at: null },
    fields: [],
    duplicates: [],
    timeline: [],
  },
};

export const LEAD_QUERIES = { lead: { id: ID } };

import { AT } from './dashboard-sample';

const ago = (minutes: number): string => new Date(Date.parse(AT) - minutes * 60_000).toISOString();
const id = (n: number): string => `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;

const lead = (n: number, values: object) => ({
  id: id(n),
  twenty_id: null,
  created_at: ago(n * 1000),
  updated_at: ago(n),
  touches: n,
  deleted: false,
  first_name: 'Grace',
  last_name: 'Hopper',
  email: 'grace@example.com',
  ...values,
});

const conflict = (n: number, values: object) => ({
  id: n,
  lead_id: id(n),
  twenty_id: id(n),
  lead_name: 'Ada Lovelace',
  email: 'ada@example.com',
  field: 'job_title',
  winner: 'twenty',
  twenty_value: 'Director of Engineering',
  supabase_value: 'Engineer',
  current_value: 'Director of Engineering',
  object: null,
  reason: 'last write wins',
  created_at: ago(n * 7),
  resolved_at: null,
  resolution: null,
  resolved_by: null,
  ...values,
});

const rule = (rule_key: string, values: object) => ({
  rule_key,
  rule_group: 'role',
  attribute: 'job_title',
  operator: 'contains_word',
  value: ['ceo', 'founder', 'head', 'vp', 'director'],
  points: 20,
  decay_days: null,
  enabled: true,
  description: null,
  ...values,
});
const RULES = [
  rule('role_top', {}),
  rule('visited_lately', {
    rule_group: 'timing',
    attribute: 'attributes.last_visit',
    operator: 'within_days',
    value: 30,
    points: 10,
    decay_days: 30,
  }),
  rule('mail_free', { rule_group: 'contact', attribute: 'email_type', operator: 'equals', value: 'free', points: -10 }),
  rule('turned_off', {
    rule_group: 'contact',
    attribute: 'phone',
    operator: 'is_set',
    value: null,
    points: 5,
    enabled: false,
  }),
];

const LEADERS = {
  segment_name: 'Leaders',
  description: 'People who decide',
  criteria: [
    { attribute: 'job_title', operator: 'contains_word', value: ['ceo', 'head'], weight: 2 },
    { attribute: 'company_employees', operator: 'between', value: [50, 200] },
  ],
  threshold: 0.5,
  priority: 2,
  enabled: true,
};
const CONDITIONS = {
  attributes: ['job_title', 'city', 'company_employees', 'email_type'],
  operators: ['equals', 'contains_word', 'between', 'is_set', 'within_days'],
};

const run = (n: number, values: object) => ({
  id: id(n),
  direction: 'twenty_to_supabase',
  mode: 'delta',
  trigger: 'scheduled',
  object: 'person',
  status: 'succeeded',
  resumed: false,
  figures: { pages: 3, read: 2400, updated: 310, twenty_calls: 12, rejected: 2 },
  progress: null,
  error: null,
  warnings: [],
  started_at: ago(n * 15),
  finished_at: ago(n * 15 - 2),
  seconds: 92.4,
  is_alive: false,
  ...values,
});

const alert = (name: string, title: string, values: object) => ({
  alert: name,
  title,
  enabled: true,
  severity: 'warning',
  threshold: 10,
  minimum: 0,
  directions: null,
  pending_for: '00:05:00',
  clear_for: '00:10:00',
  reminders: ['01:00:00', '04:00:00', '1 day'],
  escalate_after: '04:00:00',
  paused_until: null,
  advice: 'Look at the errors by category.',
  state: 'ok',
  since: null,
  ...values,
});

const setting = (name: string, type: string, value: unknown, values: object = {}) => ({
  name,
  type,
  value,
  fallback: null,
  is_needed: true,
  meaning: `What ${name} is for`,
  lowest: null,
  highest: null,
  options: null,
  is_fixed: false,
  ...values,
});

const PREVIEW = {
  seen: 'd1',
  leads: 1000,
  changed: 140,
  average: { before: 31.2, after: 34.5 },
  distribution: Array.from({ length: 10 }, (_, n) => ({
    from: n * 10,
    to: n * 10 + 9,
    before: 100 - n * 9,
    after: 90 - n * 7,
  })),
  examples: [{ lead_id: id(1), lead_name: 'Ada Lovelace', email: 'ada@example.com', before: 20, after: 60 }],
};

/** What the functions of the pages where people decide answer on a working day. */
const FILTERS = (conditions: object[] | null) => ({
  filters: [
    { direction: 'to_twenty', conditions, changed_at: ago(900), outside: 120, attributes: ['lead_source', 'segment'] },
    { direction: 'to_supabase', conditions: null, changed_at: ago(9000), outside: 0, attributes: ['lead_source'] },
  ],
  operators: ['equals', 'in', 'is_set'],
});

const MAPPINGS = {
  object: 'person',
  lead_fields: ['company_size'],
  directions: ['both', 'to_twenty', 'to_supabase'],
  policies: ['last_write_wins', 'fill_blank'],
  kinds: ['text', 'number'],
  twenty_fields: null as object[] | null,
  twenty_fields_at: null as string | null,
};
const TWENTY_FIELDS = [
  { name: 'city', label: 'City', type: 'TEXT', kinds: ['text'] },
  {
    name: 'leadSource',
    label: 'Lead Source',
    type: 'SELECT',
    kinds: ['text', 'option'],
    options: [
      { value: 'WEB_FORM', label: 'Web form' },
      { value: 'FAIR', label: 'Fair' },
    ],
  },
  { name: 'jobTitle', label: 'Job Title', type: 'TEXT', kinds: ['text'] },
  { name: 'employees', label: 'Employees', type: 'NUMBER', kinds: ['number'] },
];
const mappingRow = (lead_field: string, values: object = {}) => ({
  lead_field,
  twenty_field: lead_field,
  kind: 'text',
  direction: 'both',
  policy: 'last_write_wins',
  enabled: true,
  translations: null,
  missing_since: null,
  version: 'v1',
  ...values,
});
const MAPPING_ROWS = [
  mappingRow('city'),
  mappingRow('lead_source', { twenty_field: 'leadSource', translations: { website: 'WEB_FORM' } }),
  mappingRow('deleted', { twenty_field: null, enabled: false }),
  mappingRow('attributes.plan', { twenty_field: 'plan', missing_since: ago(90) }),
];

const approval = (n: number, values: object) => ({
  id: n,
  kind: 'deletions',
  side: 'twenty',
  run_id: id(n),
  opened_at: ago(50),
  decision: null,
  decided_at: null,
  decided_by: null,
  version: 'v1',
  leads: 4000,
  left: 0,
  fields: { deleted: 4000 },
  examples: [{ lead_id: id(n), name: 'Ada Lovelace', email: 'ada@example.com', change: { deleted: true } }],
  ...values,
});
const APPROVALS = [
  approval(12, {}),
  approval(11, {
    kind: 'changes',
    side: 'supabase',
    leads: 1,
    fields: { city: 1 },
    examples: [{ lead_id: id(2), name: null, email: null, change: { city: 'Rome', phone: null } }],
    decision: 'yes',
    decided_at: ago(10),
    decided_by: 'dashboard: ada',
    version: null,
  }),
];

export const BUSY_DECISIONS = {
  get_mappings: { ...MAPPINGS, rows: MAPPING_ROWS, twenty_fields: TWENTY_FIELDS, twenty_fields_at: ago(4) },
  get_filters: FILTERS([{ attribute: 'lead_source', operator: 'in', value: ['webinar', 'referral'] }]),
  get_approvals: { approvals: APPROVALS },
  get_conflicts: {
    conflicts: [
      conflict(9, {}),
      conflict(8, {
        object: 'opportunity',
        field: 'city',
        winner: 'supabase',
        lead_name: null,
        twenty_value: null,
        resolution: 'twenty',
        resolved_by: 'dashboard: ben',
        resolved_at: ago(3),
      }),
    ],
    total: 8432,
    fields: [
      { field: 'job_title', open: 8430 },
      { field: 'city', open: 2 },
    ],
    has_next: true,
    position: 8,
  },
  list_duplicates: {
    pairs: [
      {
        lead_a: id(1),
        lead_b: id(2),
        score: 0.9875,
        reasons: { email: 0.95, phone: 0.75 },
        found_at: ago(60),
        a: lead(1, { city: 'Oslo', job_title: 'Admiral', company_name: 'US Navy' }),
        b: lead(2, { city: 'Arlington', twenty_id: id(7), phone: '+12025550123' }),
      },
    ],
    total: 14,
    has_next: true,
    position: { score: 0.9875, lead_a: id(1), lead_b: id(2) },
  },
  get_duplicate_decisions: {
    decisions: [
      {
        at: ago(5),
        kind: 'merge',
        by: 'dashboard: ada',
        merge_id: 3,
        step: 'joined',
        problem: null,
        keep: { id: id(1), lead_name: 'Grace Hopper', email: 'g@example.com' },
        drop: { id: id(2), lead_name: null, email: 'h@example.com' },
      },
      {
        at: ago(9),
        kind: 'dismissal',
        by: null,
        merge_id: null,
        step: null,
        problem: null,
        keep: { id: id(3), lead_name: 'Al', email: null },
        drop: { id: id(4), lead_name: 'Alan', email: null },
      },
    ],
    has_next: false,
    position: null,
  },
  get_dead_letters: {
    leads: [
      {
        lead_id: id(5),
        twenty_id: null,
        object: null,
        name: 'Alan Turing',
        first_name: 'Alan',
        last_name: 'Turing',
        email: 'alan@example.com',
        kind: 'dead',
        reason: 'Twenty refused the phone number: it is none',
        category: 'validation',
        attempts: 8,
        since: ago(900),
        due_since: ago(2000),
        held_by: null,
      },
    ],
    total: 3,
    has_next: true,
    position: id(5),
  },
  get_scoring_rules: {
    version: 3,
    published_at: ago(5000),
    draft: RULES,
    groups: [{ rule_group: 'role', lowest: -20, highest: 30, description: null }],
    in_force: { rules: [{ ...RULES[0], points: 15 }, RULES[1], rule('gone', {})], groups: [] },
    versions: [
      { version: 3, published_at: ago(5000), note: 'More for founders', rules: 24 },
      { version: 2, published_at: ago(50000), note: null, rules: 23 },
    ],
    draft_differs: true,
    ...CONDITIONS,
  },
  preview_scoring_rules: PREVIEW,
  get_segments: {
    segments: [
      { id: id(1), ...LEADERS, draft: null },
      {
        id: id(2),
        ...LEADERS,
        segment_name: 'Friends',
        criteria: null,
        draft: { ...LEADERS, segment_name: 'Friends', criteria: null, enabled: false },
      },
      { id: id(3), draft: { ...LEADERS, segment_name: 'Northerners', priority: 1 } },
    ],
    drafts: 2,
    versions: [
      { version: 2, published_at: ago(500), published_by: 'dashboard: ada', note: 'Leaders', segments: 2 },
      {
        version: 1,
        published_at: ago(500),
        published_by: null,
        note: 'As they were before the next version',
        segments: 1,
      },
    ],
    ...CONDITIONS,
  },
  preview_segments: {
    seen: 'd1',
    leads: 1000,
    changed: 12,
    segments: [
      { segment: 'Leaders', before: 80, after: 92 },
      { segment: null, before: 920, after: 908 },
    ],
    examples: [{ lead_id: id(1), lead_name: 'Ada Lovelace', email: 'ada@example.com', before: null, after: 'Leaders' }],
  },
  get_alerts: {
    alerts: [
      alert('failure_rate', 'Many failures', { severity: 'critical', minimum: 20, state: 'firing', since: ago(90) }),
      alert('sync_stalled', 'Sync stalled', {
        directions: ['twenty_to_supabase'],
        paused_until: '2099-01-01T00:00:00Z',
        state: 'pending',
        since: ago(3),
      }),
      alert('left_out_fields', 'Leads with fields left out', { enabled: false, escalate_after: null }),
    ],
    quiet: { quiet_from: '22:00:00', quiet_until: '07:00:00', quiet_zone: 'Europe/Paris', now: true },
    monitor_at: ago(2),
    told: [
      {
        id: 8,
        alert: 'failure_rate',
        kind: 'raised',
        severity: 'critical',
        title: 'Many failures',
        message: '31 % of 200 tries failed',
        at: ago(90),
        sent_at: ago(90),
      },
      {
        id: 7,
        alert: 'test',
        kind: 'raised',
        severity: 'warning',
        title: 'Test message',
        message: 'dashboard: ada asked for it',
        at: ago(1),
        sent_at: null,
      },
    ],
    has_next: true,
    position: 7,
  },
  get_sync_runs: {
    runs: [
      run(1, { status: 'running', finished_at: null, is_alive: true, progress: 0.4 }),
      run(2, { status: 'failed', error: 'Twenty does not answer', mode: 'full' }),
      run(3, {}),
    ],
    has_next: true,
    position: `${ago(45)} ${id(3)}`,
  },
  get_sync_run: {
    run: run(1, {
      status: 'running',
      finished_at: null,
      is_alive: true,
      error: 'The last page could not be read',
      warnings: ['The field city is gone from Twenty'],
      findings: { missing: [id(4)] },
    }),
    errors: [{ error: 'Twenty refused the phone number', leads: 12, lead_id: id(4) }],
    changed: { leads: 8000, values: 8100 },
  },
  get_lead_changes: {
    changes: [
      {
        changed_at: ago(4),
        lead_id: id(1),
        email: 'ada@example.com',
        run_id: id(1),
        side: 'supabase',
        made_by: null,
        before: { first_name: 'Ada' },
        after: { first_name: 'ADA', city: null },
      },
      {
        changed_at: ago(5),
        lead_id: id(2),
        email: null,
        run_id: id(1),
        side: 'twenty',
        made_by: 'dashboard: ada',
        before: {},
        after: { city: 'Oslo' },
      },
    ],
    has_next: true,
    position: `${ago(5)} ${id(2)} twenty`,
  },
  undo_sync: {
    undo_id: id(6),
    leads: 1,
    undone: [{ lead_id: id(1), email: 'ada@example.com', field: 'first_name', value: 'ADA', becomes: 'Ada' }],
    kept: [
      { lead_id: id(2), email: null, field: 'city', value: 'Rome', becomes: null, reason: 'it was changed since' },
    ],
    has_next: false,
    position: null,
  },
  get_audit_log: {
    entries: [
      {
        id: 3,
        done_at: ago(1),
        done_by: 'dashboard: ada',
        action: 'update settings',
        subject: { row: {}, before: { max_attempts: 8 }, after: { max_attempts: 5 } },
      },
      {
        id: 2,
        done_at: ago(2),
        done_by: 'dashboard: ben',
        action: 'undo_sync',
        subject: { undo_id: id(6), run_id: id(1), leads: 12 },
      },
      {
        id: 1,
        done_at: ago(3),
        done_by: 'service_role',
        action: 'insert lead_scoring_rules',
        subject: { row: { rule_key: 'oslo' }, before: null, after: { rule_key: 'oslo', points: 5 } },
      },
    ],
    has_next: true,
    position: 1,
  },
  get_settings: {
    settings: [
      setting('object', 'text', 'person', { is_fixed: true }),
      setting('max_attempts', 'integer', 8, { lowest: 1 }),
      setting('changes_days', 'integer', 30, { lowest: 0, highest: 50 }),
      setting('lease', 'interval', '00:05:00'),
      setting('strict', 'boolean', false),
      setting('reconcile_missing', 'text', 'repair', { options: ['repair', 'report'] }),
      setting('ai_attributes', 'text[]', ['industry']),
      setting('quiet_from', 'time without time zone', null, { is_needed: false }),
    ],
  },
};

const NO_PAGE = { has_next: false, position: null };

/** And before anything was ever decided. */
export const EMPTY_DECISIONS = {
  get_mappings: { ...MAPPINGS, rows: [] },
  get_filters: FILTERS(null),
  get_approvals: { approvals: [] },
  get_conflicts: { conflicts: [], total: 0, fields: [], ...NO_PAGE },
  list_duplicates: { pairs: [], total: 0, ...NO_PAGE },
  get_duplicate_decisions: { decisions: [], ...NO_PAGE },
  get_dead_letters: { leads: [], total: 0, ...NO_PAGE },
  get_scoring_rules: {
    version: 0,
    published_at: null,
    draft: [],
    groups: [],
    in_force: null,
    versions: [],
    draft_differs: false,
    ...CONDITIONS,
  },
  get_segments: { segments: [], drafts: 0, versions: [], ...CONDITIONS },
  get_alerts: {
    alerts: [alert('failure_rate', 'Many failures', {})],
    quiet: { quiet_from: null, quiet_until: null, quiet_zone: 'UTC', now: false },
    monitor_at: null,
    told: [],
    ...NO_PAGE,
  },
  get_sync_runs: { runs: [], ...NO_PAGE },
  get_sync_run: {
    run: run(3, { figures: {}, findings: null, warnings: null }),
    errors: [],
    changed: { leads: 0, values: 0 },
  },
  get_lead_changes: { changes: [], ...NO_PAGE },
  get_audit_log: { entries: [], ...NO_PAGE },
  get_settings: { settings: [] },
};

export const DECISION_QUERIES: Record<string, Record<string, string>> = {
  conflicts: { field: 'job_title' },
  mapping: { field: 'lead_source' },
  filter: { direction: 'to_twenty' },
  'scoring-rule': { key: 'role_top' },
  segment: { id: id(1) },
  alert: { alert: 'failure_rate' },
  run: { id: id(1) },
  changes: { run: id(1) },
  settings: { setting: 'max_attempts' },
};

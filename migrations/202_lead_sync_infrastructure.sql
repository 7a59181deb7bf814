-- The tables of the sync: leads, runs, history, conflicts, what was agreed for each lead, settings and how far Twenty was read.
-- What people query lives in public; internals live in lead_sync, which is not exposed over the API. README.md tells the model.

create table if not exists public.customer_segments (
  id uuid primary key default gen_random_uuid(),
  segment_name text not null unique check (btrim(segment_name) <> ''),
  description text,
  created_at timestamptz not null default now(),
  criteria jsonb,
  threshold numeric not null default 1,
  priority integer not null default 100,
  enabled boolean not null default true
);
alter table public.customer_segments enable row level security;
comment on column public.customer_segments.criteria is 'A list of {attribute, operator, value, weight}, weight 1 unless said otherwise; empty: only people and AI choose this segment';
comment on column public.customer_segments.threshold is 'The share of the criteria''s weight that a lead must meet, above 0 to 1; the share met is the confidence';
comment on column public.customer_segments.priority is 'Of the segments that fit, the one with the lowest number is taken';

-- One lead per row, as forms, sites, products and people write it: texts are kept raw, the sync compares them in normalised form.
create table if not exists public.leads (
  id uuid primary key default gen_random_uuid(),
  twenty_id uuid,
  first_name text,
  last_name text,
  email text,
  additional_emails text[] not null default '{}',
  phone text,
  additional_phones text[] not null default '{}',
  job_title text,
  company_name text,
  company_domain text,
  company_size text,
  city text,
  region text,
  country text,
  postal_code text,
  linkedin_url text,
  attributes jsonb not null default '{}' check (jsonb_typeof(attributes) = 'object'),
  lead_source text,
  lead_status text,
  lead_score numeric,
  score_breakdown jsonb,
  segment_id uuid references public.customer_segments (id) on delete set null,
  segment_confidence numeric check (segment_confidence between 0 and 1),
  segment_source text check (segment_source in ('rules', 'ai', 'human')),
  income_tier text,
  company_size_band text,
  sync_status text not null default 'pending' check (sync_status in ('pending', 'syncing', 'synced', 'outside', 'error')),
  sync_direction text not null default 'bidirectional'
    check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
  sync_error_message text,
  sync_error_count integer not null default 0,
  left_out jsonb not null default '{}',
  last_synced_at timestamptz,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  deleted_at timestamptz,
  company_employees integer,
  score_epoch integer not null default 0,
  rescore_at timestamptz
);
alter table public.leads enable row level security;
-- the rights on all else are given at the end; of this one only when it is new: what people opened of it since, to their own forms and sites, stays open
do $$
begin
  if strpos(coalesce(obj_description('public.leads'::regclass, 'pg_class'), ''), lead_sync.mark()) = 0 then
    revoke all on public.leads from public, anon, authenticated;
  end if;
end
$$;
comment on column public.leads.left_out is 'Fields that Twenty holds another value of, as the one here cannot be used there: {field: reason}. Another value is sent';
comment on column public.leads.company_employees is 'The number that company_size states, of a range its middle';
comment on column public.leads.score_epoch is 'The state of rules, segments and tables in which the score was last written; 0: never scored, or to be scored again';
comment on column public.leads.rescore_at is 'When the score changes by itself, because points decay or the lead grows older';
comment on column public.leads.sync_direction is 'The direction of the last change: where the lead came from or went to last';

create unique index if not exists leads_twenty_id_key on public.leads (twenty_id) where twenty_id is not null;
-- The e-mail as lead_sync.email_key has it; every look-up spells this expression out: built-in functions only, so that whoever may insert a lead needs no other right.
-- Each write to a lead works it out, for plain addresses at a sixth of the cost. No condition: the planner does not see that it is null where the e-mail is.
-- In the order in which the oldest lead of an e-mail is looked for: otherwise the planner may walk all leads by age instead. By its bytes, which finds the beginning of an e-mail, too
create index if not exists leads_email_key_idx on public.leads (
  (case when email ~ '^[!-~]+$' then lower(email) else lower(normalize(regexp_replace(email, '[\t-\r \u0085\u00a0\u00ad\u061c\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff]', '', 'g'), nfc)) end) text_pattern_ops, created_at, id
);
create index if not exists leads_sync_status_idx on public.leads (sync_status, updated_at);
create index if not exists leads_error_count_idx on public.leads (sync_error_count) where sync_error_count > 0;
create index if not exists leads_created_at_idx on public.leads (created_at);
create index if not exists leads_left_out_idx on public.leads (id) where left_out <> '{}';
create index if not exists leads_unscored_idx on public.leads (id) where score_epoch = 0;
create index if not exists leads_rescore_at_idx on public.leads (rescore_at) where rescore_at is not null;
create index if not exists leads_segment_id_idx on public.leads (segment_id) where segment_id is not null;

-- One row per run; a running row is its direction's lease. Reconciliations run in both directions at once, beside pulls and pushes; so do drains of the inbox.
create table if not exists public.lead_sync_runs (
  id uuid primary key default gen_random_uuid(),
  direction text not null check (direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
  mode text not null check (mode in ('delta', 'full', 'reconcile', 'inbox')),
  trigger text not null check (trigger in ('scheduled', 'manual', 'webhook')),
  object text not null default 'person',
  policy text check (policy in ('last_write_wins', 'twenty_wins', 'supabase_wins', 'fill_blank')),
  status text not null default 'running' check (status in ('running', 'succeeded', 'failed', 'stopped', 'expired')),
  token uuid not null default gen_random_uuid(),
  lease_until timestamptz not null,
  resumed boolean not null default false,
  called_again boolean not null default false,
  figures jsonb not null default '{}',
  progress real,
  findings jsonb,
  warnings jsonb not null default '[]',
  error text,
  started_at timestamptz not null default now(),
  finished_at timestamptz,
  constraint lead_sync_runs_reconcile check ((direction = 'bidirectional') = (mode = 'reconcile')),
  constraint lead_sync_runs_inbox check (mode <> 'inbox' or direction = 'twenty_to_supabase')
);
alter table public.lead_sync_runs enable row level security;
comment on column public.lead_sync_runs.progress is 'How much of the run is done, as far as its caller can tell: 0 to 1';
comment on column public.lead_sync_runs.called_again is 'A webhook asked for a run while this one was running: when it ends, the caller starts another';
comment on column public.lead_sync_runs.findings is 'What a reconciliation found, up to 20 examples of each kind; the counts are among the figures';
create unique index if not exists lead_sync_runs_one_running on public.lead_sync_runs (object, direction, (mode = 'inbox')) where status = 'running';
create index if not exists lead_sync_runs_direction_idx on public.lead_sync_runs (direction, started_at desc);
create index if not exists lead_sync_runs_started_at_idx on public.lead_sync_runs (started_at desc);

-- What was settled for which lead and when. created_at: when the change became due; synced_at: when it was settled, failures included.
create table if not exists public.lead_sync_history (
  id bigint generated always as identity primary key,
  lead_id uuid,
  run_id uuid,
  sync_type text not null
    check (sync_type in ('scheduled_pull', 'scheduled_push', 'webhook_update', 'manual', 'reconcile', 'intake')),
  sync_direction text not null check (sync_direction in ('twenty_to_supabase', 'supabase_to_twenty', 'bidirectional')),
  sync_status text not null check (sync_status in ('synced', 'error')),
  fields_changed text[] not null default '{}',
  error_message text,
  created_at timestamptz not null default now(),
  synced_at timestamptz not null default now()
);
alter table public.lead_sync_history enable row level security;
create index if not exists lead_sync_history_errors_idx on public.lead_sync_history (synced_at) where sync_status = 'error';
create index if not exists lead_sync_history_synced_at_idx on public.lead_sync_history (synced_at);
create index if not exists lead_sync_history_lead_idx on public.lead_sync_history (lead_id, synced_at desc) where lead_id is not null;

-- A field that both sides changed to different values: who won, what was lost, why.
create table if not exists public.lead_sync_conflicts (
  id bigint generated always as identity primary key,
  lead_id uuid not null,
  run_id uuid,
  field text not null,
  winner text not null check (winner in ('twenty', 'supabase')),
  supabase_value jsonb,
  twenty_value jsonb,
  reason text not null,
  created_at timestamptz not null default now(), resolved_at timestamptz,
  resolution text check (resolution in ('twenty', 'supabase', 'neither', 'superseded')),
  resolved_by text,
  constraint lead_sync_conflicts_resolved check ((resolved_at is null) = (resolution is null))
);
alter table public.lead_sync_conflicts enable row level security;
comment on column public.lead_sync_conflicts.resolution is 'Whose value was taken by hand; neither: closed as it was; superseded: a later conflict of the same field took its place';
comment on column public.lead_sync_conflicts.resolved_by is 'Who decided by hand, as the caller names itself';
create index if not exists lead_sync_conflicts_open_idx on public.lead_sync_conflicts (id) where resolved_at is null;
create index if not exists lead_sync_conflicts_lead_idx on public.lead_sync_conflicts (lead_id, created_at desc);
create index if not exists lead_sync_conflicts_created_at_idx on public.lead_sync_conflicts (created_at desc);

-- What was last agreed for a lead, or for a row of another synced table, and where its push stands. The row's lock guards it: lock the row first, always.
-- It goes with its row, by a trigger there.
create table if not exists lead_sync.lead_states (
  lead_id uuid primary key,
  base_local jsonb not null default '{}',
  base_remote jsonb not null default '{}',
  remote_created_at timestamptz,
  remote_updated_at timestamptz,
  company_id uuid,
  absent_since timestamptz,
  gone boolean not null default false,
  changed_at jsonb not null default '{}',
  merged_at timestamptz,
  read_at timestamptz,
  due_at timestamptz,
  due_since timestamptz,
  claim_token uuid,
  lease interval,
  intent jsonb,
  retries integer not null default 0,
  error_category text, error_at timestamptz,
  held_by uuid,
  refusal text,
  stalls integer not null default 0,
  joined uuid,
  adapter text not null default 'lead',
  outside_by timestamptz,
  remade_at timestamptz
);
alter table lead_sync.lead_states enable row level security;
comment on column lead_sync.lead_states.lead_id is 'The id of the lead, or of the row of the adapter''s table';
comment on column lead_sync.lead_states.adapter is 'Whose row it is, see lead_sync.objects';
comment on column lead_sync.lead_states.base_local is 'Per field, the lead''s value when the sides last agreed; blanks are left out';
comment on column lead_sync.lead_states.base_remote is 'Per field, Twenty''s value when the sides last agreed; blanks are left out';
comment on column lead_sync.lead_states.remote_created_at is 'createdAt of the Twenty record: base belongs to this incarnation';
comment on column lead_sync.lead_states.remote_updated_at is 'updatedAt of the Twenty record as last merged or written: reconciliation reads a record again when it has another';
comment on column lead_sync.lead_states.company_id is 'The company of the Twenty record as last read: whose leads to read again when a company changes';
comment on column lead_sync.lead_states.absent_since is 'Start of the first read that did not find the record';
comment on column lead_sync.lead_states.gone is 'A second read confirmed that the record is gone for good';
comment on column lead_sync.lead_states.changed_at is 'Per field, when it last changed here';
comment on column lead_sync.lead_states.merged_at is 'Last merge or completed write; a read that began before it is stale, unless it shows a later version than the read that was merged';
comment on column lead_sync.lead_states.read_at is 'When the read began that was last merged, or when the last write was completed';
comment on column lead_sync.lead_states.due_at is 'When the push looks at this lead next: now (pending), later (backoff), the end of its lease (claimed), null (settled, held or dead letter)';
comment on column lead_sync.lead_states.due_since is 'When the lead became due, kept over retries';
comment on column lead_sync.lead_states.intent is 'What a write was about to send: {values, base_local, base_remote, until, left_out, vanished}; left_out: values that stay here; vanished: the person on whom the record hung is gone from it';
comment on column lead_sync.lead_states.retries is 'Tries in a row, those that do not count as errors included: the backoff''s exponent';
comment on column lead_sync.lead_states.error_category is 'What kind of refusal the last one was; tombstone and duplicate_of hold a lead back';
comment on column lead_sync.lead_states.error_at is 'When the lead was last refused or held back';
comment on column lead_sync.lead_states.held_by is 'The person in Twenty that has this lead''s e-mail; the lead is held until that person changes';
comment on column lead_sync.lead_states.stalls is 'Calls of the push in a row that died over a batch with this lead: the more, the smaller the batch that it is claimed in';
comment on column lead_sync.lead_states.refusal is 'Why the lead''s row could not be written here: the row itself may not take it';
comment on column lead_sync.lead_states.outside_by is 'changed_at of the filter that left the lead here when it was last due: another filter judges it again';
comment on column lead_sync.lead_states.remade_at is 'When it was seen that the person had been destroyed and made again under the same id: Twenty took them out of their deals, also out of those read before';
comment on column lead_sync.lead_states.joined is 'The lead that has taken this one''s history over: their people were merged in Twenty';
-- match the claim query: due leads, or rows of another adapter, longest waiting first
create index if not exists lead_states_due_idx on lead_sync.lead_states (due_at) where due_at is not null and adapter = 'lead';
create index if not exists lead_states_due_others_idx on lead_sync.lead_states (adapter, due_at) where due_at is not null and adapter <> 'lead';
create index if not exists lead_states_waiting_idx on lead_sync.lead_states (due_since) where due_at is not null;
create index if not exists lead_states_claim_idx on lead_sync.lead_states (claim_token) where claim_token is not null;
create index if not exists lead_states_held_by_idx on lead_sync.lead_states (held_by) where held_by is not null;
create index if not exists lead_states_refusal_idx on lead_sync.lead_states (lead_id) where refusal is not null;
create index if not exists lead_states_joined_idx on lead_sync.lead_states (joined) where joined is not null;
create index if not exists lead_states_outside_idx on lead_sync.lead_states (outside_by) where outside_by is not null;
create index if not exists lead_states_remade_idx on lead_sync.lead_states (remade_at) where remade_at is not null;
create index if not exists lead_states_company_idx on lead_sync.lead_states (company_id) where company_id is not null;
-- The call of the push that is at work, see lead_sync.begin_work: what a statement timeout ends can note nothing that is not rolled back, but for a sequence.
create sequence if not exists lead_sync.push_at_work minvalue 0 start with 0;

-- One row of settings, each a column with its unit in its type or name.
create table if not exists lead_sync.settings (
  only_row boolean primary key default true check (only_row),
  object text not null default 'person',
  default_country text not null default 'US' check (default_country ~ '^[A-Z]{2}$'),
  overlap interval not null default '2 minutes',
  lease interval not null default '5 minutes',
  absence_allowance interval not null default '60 seconds',
  max_attempts integer not null default 8 check (max_attempts > 0),
  approve_deletions integer check (approve_deletions >= 0),
  approve_changes integer check (approve_changes >= 0),
  backoff_first interval not null default '1 minute',
  backoff_longest interval not null default '6 hours',
  strict boolean not null default false,
  reconcile_missing text not null default 'repair' check (reconcile_missing in ('repair', 'report')),
  reconcile_orphaned text not null default 'repair' check (reconcile_orphaned in ('repair', 'report')),
  reconcile_different text not null default 'repair' check (reconcile_different in ('repair', 'report')),
  reconcile_unsynced text not null default 'repair' check (reconcile_unsynced in ('repair', 'report')),
  reconcile_orphaned_share numeric not null default 0.1 check (reconcile_orphaned_share between 0 and 1),
  reconcile_all_every interval not null default '23 hours' check (reconcile_all_every >= '0 s'),
  twenty_calls_per_minute integer not null default 100 check (twenty_calls_per_minute > 0),
  history_days integer not null default 30 check (history_days > 0),
  archive_days integer not null default 365 check (archive_days > 0),
  runs_days integer not null default 90 check (runs_days > 0),
  changes_days integer not null default 30 check (changes_days between 0 and 50),
  touch_raw_days integer not null default 90 check (touch_raw_days >= 0),
  max_lead_bytes integer not null default 262144 check (max_lead_bytes >= 16384),
  max_claim_bytes integer not null default 8388608 check (max_claim_bytes > 0),
  company_size_scheme text not null default 'linkedin',
  ai_attributes text[] not null default '{}',
  keep_data_quality boolean not null default false,
  find_duplicates boolean not null default false,
  share_calls boolean not null default false,
  quiet_from time, quiet_until time,
  quiet_zone text not null default 'UTC' constraint settings_quiet_zone check (timestamptz '2000-01-01' at time zone quiet_zone is not null),
  constraint settings_quiet check ((quiet_from is null) = (quiet_until is null))
);
alter table lead_sync.settings enable row level security;
comment on column lead_sync.settings.max_lead_bytes is 'A lead of more bytes than this is not taken, nor one that is larger grown further; of a person in Twenty, with the record as it is there, twice as many are';
comment on column lead_sync.settings.max_claim_bytes is 'A claim, and what it plans to write, ends before the lead with which it would have more bytes than this; one lead it always has';
comment on column lead_sync.settings.overlap is 'A delta reads this far back before its cursor: covers late commits in Twenty';
comment on column lead_sync.settings.lease is 'A run or a claim that has not been heard of for this long is taken over';
comment on column lead_sync.settings.reconcile_missing is 'What a reconciliation does about people in Twenty without a lead: repair (make the lead) or report only';
comment on column lead_sync.settings.reconcile_orphaned is 'About leads whose person is gone from Twenty: repair (have the absence confirmed) or report only';
comment on column lead_sync.settings.reconcile_different is 'About people in Twenty that are not as last merged: repair (read and merge them) or report only';
comment on column lead_sync.settings.reconcile_unsynced is 'About leads with an unsynced change that nothing queues, or in an impossible state: repair (queue them) or report only';
comment on column lead_sync.settings.reconcile_orphaned_share is 'When more than this share of all linked leads (and more than 20) is orphaned, nothing is repaired: the key of another workspace looks like that';
comment on column lead_sync.settings.reconcile_all_every is 'How long after a comparison of all ids a scheduled reconciliation may compare ranges of ids instead; 0: all ids each time';
comment on column lead_sync.settings.approve_deletions is 'When a run would delete more than this on one side, it waits for a yes; empty: nothing waits';
comment on column lead_sync.settings.approve_changes is 'When a run would change more records than this on one side, it waits for a yes; empty: nothing waits';
comment on column lead_sync.settings.strict is 'The push writes one record a call, only if it is as it was read: nothing that happens in between is overwritten';
comment on column lead_sync.settings.twenty_calls_per_minute is 'What Twenty allows, where no run of the last hour has found it out: the monitor shows the calls used against it';
comment on column lead_sync.settings.history_days is 'Maintenance moves history that is older than this many whole days (UTC) to lead_sync.history_archive';
comment on column lead_sync.settings.archive_days is 'Archived history that is older than this is deleted; the daily summary keeps its days';
comment on column lead_sync.settings.touch_raw_days is 'What a source sent of a touch is erased when it is older than this; 0: it is not kept at all';
comment on column lead_sync.settings.changes_days is 'So long are the values kept that the sync changed, and can be undone; 0: they are not kept at all';
comment on column lead_sync.settings.runs_days is 'Sync runs, closed conflicts, merges and decided approvals that are older than this are deleted, but for a no that still holds; of a merge, so long can it be undone';
comment on column lead_sync.settings.absence_allowance is 'A record counts as gone when a read this much later misses it again: covers read replicas';
-- How far Twenty was read, per object; the window fields are set while a window is being read, so that a crash resumes it.
create table if not exists lead_sync.cursors (
  object text primary key,
  cursor timestamptz,
  mode text check (mode in ('delta', 'full')),
  window_from timestamptz,
  window_until timestamptz,
  position text
);
alter table lead_sync.cursors enable row level security;
insert into lead_sync.settings (only_row) values (true) on conflict do nothing;

-- Who takes leads, one row a person. While none is active, nothing of this theme is done for a lead.
create table if not exists public.sales_reps (
  member_id uuid primary key,
  name text not null check (btrim(name) <> ''),
  active boolean not null default true,
  weight integer not null default 1 check (weight between 1 and 100),
  conditions jsonb,
  credit integer not null default 0
);
alter table public.sales_reps enable row level security;
comment on column public.sales_reps.member_id is 'The workspace member in Twenty';
comment on column public.sales_reps.weight is 'Somebody with 2 gets twice as many leads as somebody with 1';
comment on column public.sales_reps.conditions is 'A list of {attribute, operator, value}, all of which must hold; whoever has some comes before all who have none. Empty: any lead';
comment on column public.sales_reps.credit is 'Kept by the round robin: who has most is next';

-- Leads that arrived, who is to call them, and what was done about it.
create table if not exists public.lead_assignments (
  lead_id uuid primary key references public.leads (id) on delete cascade,
  touch_id bigint not null,
  source text not null,
  arrived_at timestamptz not null,
  member_id uuid,
  assigned_at timestamptz,
  first_response_at timestamptz,
  escalation integer not null default 0,
  in_twenty_at timestamptz,
  tried_at timestamptz,
  error text
);
alter table public.lead_assignments enable row level security;
comment on column public.lead_assignments.touch_id is 'The touch by which it arrived';
comment on column public.lead_assignments.arrived_at is 'When that came in';
comment on column public.lead_assignments.member_id is 'The sales rep; empty: none fits, or it was not looked at yet';
comment on column public.lead_assignments.assigned_at is 'When a sales rep was looked for';
comment on column public.lead_assignments.first_response_at is 'When somebody first did something about it, as far as that shows';
comment on column public.lead_assignments.escalation is 'How often it was escalated';
comment on column public.lead_assignments.in_twenty_at is 'When Twenty had it: as the owner of the record, or as a task';
create index if not exists lead_assignments_new_idx on public.lead_assignments (touch_id) where assigned_at is null;
create index if not exists lead_assignments_unassigned_idx on public.lead_assignments (arrived_at) where member_id is null;
create index if not exists lead_assignments_untouched_idx on public.lead_assignments (arrived_at) where first_response_at is null;
create index if not exists lead_assignments_to_twenty_idx on public.lead_assignments (touch_id) where member_id is not null and in_twenty_at is null;

-- What is to be told of leads: that one arrived (level 0), that it was escalated (1 and on). Rows that nobody confirmed as sent are given out again.
create table if not exists lead_sync.lead_news (
  id bigint generated always as identity primary key,
  lead_id uuid not null references public.lead_assignments (lead_id) on delete cascade,
  level integer not null check (level >= 0),
  offered_until timestamptz,
  told_at timestamptz,
  unique (lead_id, level)
);
alter table lead_sync.lead_news enable row level security;
create index if not exists lead_news_open_idx on lead_sync.lead_news (id) where told_at is null;
create index if not exists lead_news_offered_idx on lead_sync.lead_news (offered_until);

-- One row of settings of this theme.
create table if not exists lead_sync.assignment_settings (
  only_row boolean primary key default true check (only_row),
  owner_field text check (owner_field ~ '^[a-z][A-Za-z0-9]*$'),
  kinds text[] not null default array['form', 'call'],
  max_age interval not null default '1 day',
  escalate_after interval[] not null default array['15 minutes', '1 hour']::interval[]
    constraint assignment_settings_escalate_after check (interval '3 days' > all (escalate_after)),
  flood_limit integer not null default 5 check (flood_limit between 1 and 50),
  task_title text not null default 'Call {name} (new lead from {source})' check (btrim(task_title) <> ''),
  task_body text default '{name} of {company} came in from {source}. Score: {score}.'
);
alter table lead_sync.assignment_settings enable row level security;
comment on column lead_sync.assignment_settings.owner_field is 'The relation of the Twenty object with workspace members that holds the owner, e.g. owner; empty: a task says who';
comment on column lead_sync.assignment_settings.kinds is 'Touches of these kinds are leads that arrived; import, table and manual are rows that somebody had before; calls that we made are none';
comment on column lead_sync.assignment_settings.max_age is 'A touch that was this long ago when it came in is old, and nobody is to be called at once';
comment on column lead_sync.assignment_settings.escalate_after is 'After how long without a response a lead is escalated, counted from its arrival, less than three days; empty: never';
comment on column lead_sync.assignment_settings.flood_limit is 'So many leads a minute are told one by one; of more the first are named and the rest counted';
insert into lead_sync.assignment_settings (only_row) values (true) on conflict do nothing;

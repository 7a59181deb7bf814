-- The tables of monitoring: history and leads counted by their writers, days summed up, the archive, alerts and what the monitor remembers.
-- The views that people query are in monitoring/, what is measured in measurements/, alerts/, rollups/ and upkeep/.

-- History, counted by its writers: each statement that writes history adds rows here and never changes one, so that two workers never wait for each other.
-- Folding makes one row a minute of them (grain 1), later one an hour (grain 2).
create table if not exists lead_sync.activity (
  minute timestamptz not null,
  grain integer not null default 0 check (grain between 0 and 2),
  sync_type text not null,
  sync_direction text not null,
  sync_status text not null,
  category text check (category in ('auth', 'rate_limit', 'validation', 'conflict', 'network', 'server')),
  lag_bucket integer,
  entries bigint not null
);
alter table lead_sync.activity enable row level security;
comment on column lead_sync.activity.lag_bucket is
  'From due to settled: 10 ^ (bucket / 20) seconds at most, 12 % a bucket; null for failures, intake, runs and full resyncs';
create index if not exists activity_minute_idx on lead_sync.activity (minute);
create index if not exists activity_grain_idx on lead_sync.activity (grain, minute) where grain < 2;

-- Leads, counted by their writers in the same way. Facets: status (key: sync_status), segment (its id), score (tenth, 0 to 9); the key is '' for none.
create table if not exists lead_sync.lead_counts (
  facet text not null check (facet in ('status', 'segment', 'score')),
  key text not null,
  leads bigint not null,
  scored bigint not null default 0,
  score numeric not null default 0
);
alter table lead_sync.lead_counts enable row level security;
comment on column lead_sync.lead_counts.score is 'Sum of the scores of the scored leads; only segments have it';

-- History per day (UTC), kept for good: what the daily summary shows.
create table if not exists lead_sync.daily_activity (
  sync_date date not null,
  sync_direction text not null,
  sync_status text not null,
  sync_count bigint not null,
  unique_leads bigint not null,
  primary key (sync_date, sync_direction, sync_status)
);
alter table lead_sync.daily_activity enable row level security;
-- How many entries of a day were seen when it was summed up; when the rollup has another number, the day is summed up again.
create table if not exists lead_sync.summed_days (
  sync_date date primary key,
  entries bigint not null
);
alter table lead_sync.summed_days enable row level security;

-- History that maintenance took out of lead_sync_history.
create table if not exists lead_sync.history_archive (like public.lead_sync_history);
alter table lead_sync.history_archive enable row level security;
create index if not exists history_archive_synced_at_idx on lead_sync.history_archive (synced_at);
create index if not exists history_archive_lead_idx on lead_sync.history_archive (lead_id) where lead_id is not null;

-- When an alert is raised, how often it comes again. Users edit these rows.
create table if not exists lead_sync.alert_rules (
  alert text primary key,
  title text not null,
  enabled boolean not null default true,
  severity text not null check (severity in ('warning', 'critical')),
  threshold numeric not null,
  minimum integer not null default 0,
  directions text[] check (directions <@ array['twenty_to_supabase', 'supabase_to_twenty']),
  pending_for interval not null default '0',
  clear_for interval not null default '0',
  reminders interval[] not null default array['1 hour', '4 hours', '24 hours']::interval[],
  escalate_after interval,
  advice text not null,
  paused_until timestamptz
);
alter table lead_sync.alert_rules enable row level security;
comment on column lead_sync.alert_rules.threshold is 'The alert is active above this: percent, minutes or a number of leads, see docs/operations.md';
comment on column lead_sync.alert_rules.paused_until is 'Until then nobody is told of it; what lasts is told then';
comment on column lead_sync.alert_rules.minimum is 'failure_rate: attempts in the hour that are needed to tell';
comment on column lead_sync.alert_rules.directions is 'sync_stalled: the directions that are in use';
comment on column lead_sync.alert_rules.pending_for is 'How long the condition must hold before anybody is told';
comment on column lead_sync.alert_rules.clear_for is 'How long the condition must be over before its end is told';
comment on column lead_sync.alert_rules.reminders is 'After how long a firing alert is told again; the last one repeats';
comment on column lead_sync.alert_rules.escalate_after is 'A warning that fires for this long becomes critical; null: never';

-- What the monitor remembers of each alert.
create table if not exists lead_sync.alert_states (
  alert text primary key references lead_sync.alert_rules (alert) on delete cascade,
  state text not null default 'ok' check (state in ('ok', 'pending', 'firing')),
  severity text not null check (severity in ('warning', 'critical')),
  since timestamptz,
  fired_at timestamptz,
  clear_since timestamptz,
  reminded integer not null default 0
);
alter table lead_sync.alert_states enable row level security;
comment on column lead_sync.alert_states.clear_since is 'Firing, but the condition has not held since then';
comment on column lead_sync.alert_states.reminded is 'Reminders given in this incident';

-- What was to be told. Rows that nobody confirmed as sent are given out again.
create table if not exists lead_sync.alert_notifications (
  id bigint generated always as identity primary key,
  alert text not null,
  kind text not null check (kind in ('raised', 'reminder', 'escalated', 'recovered')),
  severity text not null,
  title text not null,
  message text not null,
  advice text not null,
  since timestamptz not null,
  at timestamptz not null,
  examples jsonb not null default '[]',
  offered_until timestamptz,
  sent_at timestamptz
);
alter table lead_sync.alert_notifications enable row level security;
create index if not exists alert_notifications_open_idx on lead_sync.alert_notifications (id) where sent_at is null;

-- Backlog as the monitor saw it, when each workflow looked last, and what maintenance did last.
create table if not exists lead_sync.backlog_samples (at timestamptz primary key, pending bigint not null);
alter table lead_sync.backlog_samples enable row level security;
create table if not exists lead_sync.heartbeats (source text primary key, at timestamptz not null);
alter table lead_sync.heartbeats enable row level security;
create table if not exists lead_sync.maintenance_tasks (task text primary key, last_at timestamptz not null, result jsonb not null default '{}');
alter table lead_sync.maintenance_tasks enable row level security;

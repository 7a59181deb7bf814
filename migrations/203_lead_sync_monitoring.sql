-- Lead sync: how it is doing. Rollups and alert tables, the views that dashboards read, metrics, alerts, daily summary and maintenance.
-- What they rest on: 222 rollups, 223 measurements, 224 alerts, 225 dashboard, 226 upkeep.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

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
-- How many entries of a day were seen when it was summed up; when the rollup has another number, the day is summed up again.
create table if not exists lead_sync.summed_days (
  sync_date date primary key,
  entries bigint not null
);

-- History that maintenance took out of lead_sync_history.
create table if not exists lead_sync.history_archive (like public.lead_sync_history);
create index if not exists history_archive_synced_at_idx on lead_sync.history_archive (synced_at);

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
  advice text not null
);
comment on column lead_sync.alert_rules.threshold is 'The alert is active above this: percent, minutes or a number of leads, see docs/operations.md';
comment on column lead_sync.alert_rules.minimum is 'failure_rate: attempts in the hour that are needed to tell';
comment on column lead_sync.alert_rules.directions is 'sync_stalled: the directions that are in use';
comment on column lead_sync.alert_rules.pending_for is 'How long the condition must hold before anybody is told';
comment on column lead_sync.alert_rules.clear_for is 'How long the condition must be over before its end is told';
comment on column lead_sync.alert_rules.reminders is 'After how long a firing alert is told again; the last one repeats';
comment on column lead_sync.alert_rules.escalate_after is 'A warning that fires for this long becomes critical; null: never';

insert into lead_sync.alert_rules (alert, title, severity, threshold, minimum, directions, pending_for, clear_for, escalate_after, advice) values
  ('failure_rate', 'Many failures', 'critical', 10, 20, null, '5 minutes', '10 minutes', null,
    'Look at the errors by category: auth is the Twenty key, rate_limit other users of the key, validation the field mapping, network and server Twenty itself.'),
  ('sync_stalled', 'Sync stalled', 'critical', 30, 0, array['twenty_to_supabase', 'supabase_to_twenty'], '0', '0', null,
    'Look at the last executions of the sync workflow in n8n: is it active, and what does its error say?'),
  ('lead_errors', 'Leads that keep failing', 'warning', 5, 0, null, '0', '0', '24 hours',
    'Correct the values that their errors name; each edit tries the lead again.'),
  ('pending_long', 'Leads wait too long', 'warning', 60, 0, null, '0', '0', '4 hours',
    'See whether the push workflow runs, and whether Twenty limits its calls.'),
  ('syncing_stuck', 'Stuck pushes', 'warning', 10, 0, null, '5 minutes', '0', '4 hours',
    'A push died while it held them. The next push takes them over; if they stay, run the maintenance workflow.'),
  ('dead_letters', 'Dead letters', 'warning', 0, 0, null, '0', '0', '24 hours',
    'Correct what their errors name, then replay them (Dead Letter: Replay, or the dashboard).'),
  ('backlog_growing', 'Backlog is growing', 'warning', 100, 0, null, '15 minutes', '10 minutes', '4 hours',
    'More leads become due than go out: see whether pushes fail or wait for Twenty''s limit.'),
  ('conflict_surge', 'Many conflicts', 'warning', 20, 0, null, '5 minutes', '10 minutes', null,
    'Look at the open conflicts: one field in most of them means that two systems write it. Give it a policy or a direction.'),
  ('drift', 'Drift', 'warning', 20, 0, null, '0', '0', '24 hours',
    'Open the findings of the last reconciliation run (lead_sync_runs.findings): they name examples of each kind.'),
  ('monitor_silent', 'Monitor went silent', 'critical', 15, 0, null, '0', '0', null,
    'See whether the monitor workflow is active in n8n, and what its last execution says. Problems of that time were not told.')
on conflict do nothing;
-- e-mails that are handed on hold a lead for minutes, people for days
insert into lead_sync.alert_rules (alert, title, severity, threshold, pending_for, reminders, advice) values
  ('held_leads', 'Leads held back', 'warning', 0, '1 hour', array['24 hours', '7 days']::interval[],
    'Merge the leads or the people that share an e-mail, restore the deleted person, or change the e-mail: the lead then goes out by itself. Dead Letter: Get Many lists them as held.')
on conflict do nothing;
-- off: a lead that has all but a phone nobody can call is no trouble for everyone
insert into lead_sync.alert_rules (alert, title, enabled, severity, threshold, reminders, advice) values
  ('left_out_fields', 'Leads with fields left out', false, 'warning', 0, array['7 days']::interval[],
    'Correct the values that their reasons name (leads.left_out, or the dashboard): each edit is sent at once.')
on conflict do nothing;

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
create index if not exists alert_notifications_open_idx on lead_sync.alert_notifications (id) where sent_at is null;

-- Backlog as the monitor saw it, when each workflow looked last, and what maintenance did last.
create table if not exists lead_sync.backlog_samples (at timestamptz primary key, pending bigint not null);
create table if not exists lead_sync.heartbeats (source text primary key, at timestamptz not null);
create table if not exists lead_sync.maintenance_tasks (task text primary key, last_at timestamptz not null, result jsonb not null default '{}');

-- what the views and metrics look for
create index if not exists lead_sync_history_errors_idx on public.lead_sync_history (synced_at) where sync_status = 'error';
create index if not exists lead_sync_runs_direction_idx on public.lead_sync_runs (direction, started_at desc);
create index if not exists leads_error_count_idx on public.leads (sync_error_count) where sync_error_count > 0;
create index if not exists lead_states_waiting_idx on lead_sync.lead_states (due_since) where due_at is not null;

-- Twenty's categories and the sync's own reasons in six groups: auth, rate_limit, validation, conflict, network, server.
create or replace function lead_sync.error_group(p_message text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case
    when p_message ~ '^(auth|permission):' then 'auth'
    when p_message ~ '^rate_limit:' then 'rate_limit'
    when p_message ~ '^(validation|not_found|database|statement_timeout):' then 'validation'
    when p_message ~ '^(conflict|duplicate|tombstone|duplicate_of [0-9a-f-]+)\M' then 'conflict'
    when p_message ~ '^(network|timeout):' then 'network'
    when p_message ~ '^server:' then 'server'
    -- a run's own failure is free text
    when p_message ~* '\m(401|403|unauthori[sz]ed|forbidden|api key|credential|permission)' then 'auth'
    when p_message ~* '\m(429|rate limit|too many requests)' then 'rate_limit'
    when p_message ~* '(time[ds]? ?out|timeout|econn|enotfound|eai_again|socket|network|unreachable|could not be reached|did not answer|502|503|504)' then 'network'
    when p_message ~* '\m(duplicate|conflict)' then 'conflict'
    when p_message ~* '\m(invalid|validation|must be|unknown field|400)' then 'validation'
    else 'server'
  end
$$;

create or replace view public.sync_monitoring with (security_invoker = on) as
select l.sync_status, count(*) as count
from public.leads as l
group by l.sync_status;
comment on view public.sync_monitoring is 'How many leads are in each sync status';

create or replace view public.lead_analytics with (security_invoker = on) as
select
  (l.created_at at time zone 'utc')::date as date,
  count(*) as total_leads,
  count(l.twenty_id) as synced_to_twenty,
  count(*) filter (where l.sync_status = 'error') as with_errors,
  count(distinct l.lead_source) as sources,
  round(avg(l.lead_score), 1) as average_score
from public.leads as l
group by 1
order by 1 desc;
comment on view public.lead_analytics is 'Leads per day (UTC) on which they came in; synced_to_twenty: those that have a person in Twenty';

create or replace view public.lead_sync_queue with (security_invoker = on) as
select
  l.id as lead_id, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name, l.email, l.company_name, l.sync_status, l.sync_direction,
  s.due_since, s.due_at as next_attempt_at, s.claim_token is not null as claimed, now() - s.due_since as waiting, l.sync_error_count as attempts,
  l.sync_error_message as last_error
from lead_sync.lead_states as s
join public.leads as l on l.id = s.lead_id
where s.due_at is not null
order by s.due_at, s.lead_id;
comment on view public.lead_sync_queue is 'Leads that the push still has to look at, in its order; dead letters and held leads are not among them';

create or replace view public.sync_error_analysis with (security_invoker = on) as
select
  lead_sync.error_group(h.error_message) as category, h.error_message, count(*) as error_count, count(distinct h.lead_id) as affected_leads,
  min(h.synced_at) as first_seen, max(h.synced_at) as last_seen, round(100 * count(*) / sum(count(*)) over (), 2) as percentage
from public.lead_sync_history as h
where h.sync_status = 'error' and h.synced_at > now() - interval '7 days'
group by 1, 2
order by error_count desc, last_seen desc;
comment on view public.sync_error_analysis is 'Failures of the last 7 days by category and message, the most frequent first';

create or replace view public.real_time_sync_activity with (security_invoker = on) as
select
  h.id, h.synced_at, h.sync_type, h.sync_direction, h.sync_status, h.fields_changed, nullif(concat_ws(' ', l.first_name, l.last_name), '') as lead_name,
  l.email, l.company_name, g.segment_name, h.lead_id, h.error_message
from (
  select * from public.lead_sync_history as newest order by newest.synced_at desc, newest.id desc limit 100
) as h
left join public.leads as l on l.id = h.lead_id
left join public.customer_segments as g on g.id = l.segment_id
order by h.synced_at desc, h.id desc;
comment on view public.real_time_sync_activity is 'The 100 newest rows of history with their leads; a run''s own row has no lead';

create or replace view public.lead_sync_health_dashboard with (security_invoker = on) as
select
  f.*,
  case
    when f.error_leads > 10 or f.sync_success_rate < 90 then 'critical'
    when f.error_leads > 5 or f.sync_success_rate < 95 then 'warning'
    else 'healthy'
  end as overall_health
from (
  select
    l.total_leads, l.synced_leads, l.pending_leads, l.error_leads, l.recently_synced, h.sync_success_rate, h.median_sync_time_seconds,
    l.leads_with_errors, l.total_errors, e.last_error_time
  from (
    select
      count(*) as total_leads,
      count(*) filter (where sync_status = 'synced') as synced_leads,
      count(*) filter (where sync_status = 'pending') as pending_leads,
      count(*) filter (where sync_status = 'error') as error_leads,
      count(*) filter (where last_synced_at > now() - interval '1 hour') as recently_synced,
      count(*) filter (where sync_error_count > 0) as leads_with_errors,
      coalesce(sum(sync_error_count), 0) as total_errors
    from public.leads
  ) as l
  cross join (
    select
      round(100.0 * count(*) filter (where sync_status = 'synced') / nullif(count(*), 0), 2) as sync_success_rate,
      round((
        percentile_cont(0.5) within group (order by extract(epoch from synced_at - created_at)) filter (where sync_status = 'synced' and lead_id is not null)
      )::numeric, 2) as median_sync_time_seconds
    from public.lead_sync_history
    where synced_at > now() - interval '24 hours' and sync_type <> 'intake'
  ) as h
  cross join (
    select max(synced_at) as last_error_time from public.lead_sync_history where sync_status = 'error'
  ) as e
) as f;
comment on view public.lead_sync_health_dashboard is
  'One row. Success rate (percent) and median time from due to settled are of the last 24 hours, recently_synced of the last hour';

create materialized view if not exists public.lead_sync_daily_summary as
select d.sync_date, d.sync_direction, d.sync_status, d.sync_count, d.unique_leads from lead_sync.daily_activity as d;
create unique index if not exists lead_sync_daily_summary_key on public.lead_sync_daily_summary (sync_date, sync_direction, sync_status);
comment on materialized view public.lead_sync_daily_summary is 'History per day (UTC), archived days included; refresh_daily_summary() brings it up to date';

-- Brings the daily summary up to date: sums up the days that got new history, then refreshes the view; runs with its owner's rights because only an owner may refresh.
-- Stops summing up after 4 seconds; call again while days are left. Returns {days, days_left, refreshed_at}.
create or replace function public.refresh_daily_summary() returns jsonb
language plpgsql volatile security definer set search_path = '' set statement_timeout = '60s' as $$
declare
  v_sum jsonb := lead_sync.sum_up_days(interval '4 seconds');
begin
  refresh materialized view concurrently public.lead_sync_daily_summary;
  return v_sum || jsonb_build_object('refreshed_at', clock_timestamp());
end
$$;

-- How the sync is doing, for monitors and dashboards; p_now is for tests.
-- Returns {at, health: {status, reasons}, freshness, leads, backlog, last_hour, lag_seconds, conflicts, dead_letters, held, left_out, error_leads, drift, twenty_calls,
--   webhooks, heartbeat}, see docs/data-contract.md. Reads rollups and indexes only: its time does not grow with leads or history.
create or replace function public.get_sync_metrics(p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
  v_figures jsonb := lead_sync.measure_sync(p_now);
begin
  return (v_figures - 'examples')
    || jsonb_build_object('health', lead_sync.judge_health((select jsonb_agg(to_jsonb(a)) from lead_sync.judge_alerts(v_figures) as a)));
end
$$;

-- Every enabled alert as it stands: whether its condition holds now (active), and what the monitor remembers of it (state). Changes nothing.
create or replace function public.check_sync_alerts()
returns table (
  alert text, active boolean, state text, severity text, since timestamptz, value numeric, threshold numeric, message text
)
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return query select a.alert, a.active, a.state, a.severity, a.since, a.value, a.threshold, a.message
  from lead_sync.judge_alerts(lead_sync.measure_sync(now())) as a;
end
$$;

-- Leads that have been pending for over an hour: how many, and since when the oldest waits.
create or replace function public.check_stale_leads() returns table (stale_count bigint, oldest_pending timestamptz)
language sql stable security invoker set search_path = '' as $$
  select count(*), min(w.waiting_since)
  from (
    select least(s.due_since, l.updated_at) as waiting_since
    from public.leads as l
    left join lead_sync.lead_states as s on s.lead_id = l.id
    where l.sync_status = 'pending'
  ) as w
  where w.waiting_since < now() - interval '1 hour';
$$;

-- The daily upkeep: thins the rollups, archives old history in batches, brings the daily summary up to date, releases stale claims, purges the archive; and weekly
-- cleans up resolved errors, old runs, closed conflicts and sent notifications. Works for about p_seconds: call it again while has_more.
--   p_seconds  0.5 to 50; the API cuts calls at 8 seconds
--   p_cleanup  null: weekly by itself; true: now; false: not now
-- Returns {has_more, archived, summary: {days, days_left} or null while the archive took the time, released_claims, purged, cleanup, seconds}.
create or replace function public.run_sync_maintenance(
  p_seconds numeric default 4, p_now timestamptz default now(), p_cleanup boolean default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if p_seconds is null or p_seconds not between 0.5 and 50 then
    raise exception 'p_seconds must be between 0.5 and 50, got %', p_seconds using errcode = '22023';
  end if;
  return lead_sync.maintain(make_interval(secs => p_seconds::double precision), p_now, p_cleanup);
end
$$;

alter table lead_sync.activity enable row level security;
alter table lead_sync.lead_counts enable row level security;
alter table lead_sync.daily_activity enable row level security;
alter table lead_sync.summed_days enable row level security;
alter table lead_sync.history_archive enable row level security;
alter table lead_sync.alert_rules enable row level security;
alter table lead_sync.alert_states enable row level security;
alter table lead_sync.alert_notifications enable row level security;
alter table lead_sync.backlog_samples enable row level security;
alter table lead_sync.heartbeats enable row level security;
alter table lead_sync.maintenance_tasks enable row level security;

revoke all on all tables in schema lead_sync from public, anon, authenticated;
grant select, insert, update, delete on all tables in schema lead_sync to service_role;
revoke all on public.sync_monitoring, public.lead_analytics, public.lead_sync_queue, public.sync_error_analysis, public.real_time_sync_activity,
  public.lead_sync_health_dashboard, public.lead_sync_daily_summary
  from public, anon, authenticated;
grant select on public.sync_monitoring, public.lead_analytics, public.lead_sync_queue, public.sync_error_analysis, public.real_time_sync_activity,
  public.lead_sync_health_dashboard, public.lead_sync_daily_summary
  to service_role;
revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.refresh_daily_summary() from public, anon, authenticated;
grant execute on function public.refresh_daily_summary() to service_role;
revoke all on function public.get_sync_metrics(timestamptz) from public, anon, authenticated;
grant execute on function public.get_sync_metrics(timestamptz) to service_role;
revoke all on function public.check_sync_alerts() from public, anon, authenticated;
grant execute on function public.check_sync_alerts() to service_role;
revoke all on function public.check_stale_leads() from public, anon, authenticated;
grant execute on function public.check_stale_leads() to service_role;
revoke all on function public.run_sync_maintenance(numeric, timestamptz, boolean) from public, anon, authenticated;
grant execute on function public.run_sync_maintenance(numeric, timestamptz, boolean) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

-- The dashboard: everything that its page shows, in one call.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- One entry for every hour of the period, oldest first: leads settled each way, taken in and failed, and the lag.
create or replace function lead_sync.hourly_series(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with entry as materialized (
    select date_trunc('hour', a.minute, 'utc') as hour, a.sync_type, a.sync_direction, a.sync_status, a.lag_bucket, sum(a.entries) as entries
    from lead_sync.activity as a
    where a.minute >= date_trunc('hour', p_since, 'utc') and a.minute <= p_now
    group by 1, 2, 3, 4, 5
  ),
  lag as materialized (
    select b.hour, jsonb_object_agg(b.lag_bucket, b.entries) as buckets
    from (select e.hour, e.lag_bucket, sum(e.entries) as entries from entry as e where e.lag_bucket is not null group by 1, 2) as b
    group by b.hour
  )
  select jsonb_agg(
    jsonb_build_object(
      'hour', h.hour, 'to_supabase', c.to_supabase, 'to_twenty', c.to_twenty, 'intake', c.intake, 'failures', c.failures,
      'lag_p50', lead_sync.lag_percentile(g.buckets, 0.5), 'lag_p95', lead_sync.lag_percentile(g.buckets, 0.95)
    )
    order by h.hour
  )
  from generate_series(date_trunc('hour', p_since, 'utc'), p_now, interval '1 hour') as h (hour)
  cross join lateral (
    select
      coalesce(sum(e.entries) filter (where e.sync_direction = 'twenty_to_supabase' and e.sync_status = 'synced'), 0) as to_supabase,
      coalesce(sum(e.entries) filter (where e.sync_direction = 'supabase_to_twenty' and e.sync_status = 'synced'), 0) as to_twenty,
      coalesce(sum(e.entries) filter (where e.sync_type = 'intake'), 0) as intake,
      coalesce(sum(e.entries) filter (where e.sync_status = 'error'), 0) as failures
    from entry as e
    where e.hour = h.hour
  ) as c
  left join lag as g on g.hour = h.hour
$$;

-- The 20 newest entries of history with their leads.
create or replace function lead_sync.recent_activity() returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(a) order by a.synced_at desc, a.id desc), '[]')
  from (select * from public.real_time_sync_activity as r order by r.synced_at desc, r.id desc limit 20) as a
$$;

-- The most frequent failures among the newest 5,000 of the period, by category and masked message.
create or replace function lead_sync.frequent_errors(p_since timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  select coalesce(jsonb_agg(to_jsonb(e) order by e.count desc, e.last_at desc), '[]')
  from (
    select n.category, n.message, sum(n.count) as count, sum(n.leads) as leads, max(n.last_at) as last_at
    from (
      -- texts are masked once each, not once a failure
      select lead_sync.error_group(f.error_message) as category, lead_sync.mask_text(coalesce(f.error_message, 'no reason given')) as message,
        f.count, f.leads, f.last_at
      from (
        select h.error_message, count(*) as count, count(distinct h.lead_id) as leads, max(h.synced_at) as last_at
        from (
          select * from public.lead_sync_history as newest
          where newest.sync_status = 'error' and newest.synced_at >= p_since
          order by newest.synced_at desc
          limit 5000
        ) as h
        group by h.error_message
        order by 2 desc
        limit 200
      ) as f
    ) as n
    group by n.category, n.message
    order by 3 desc, 5 desc
    limit 10
  ) as e
$$;

-- The 10 newest open conflicts, the 10 dead letters that wait longest and 10 leads with left-out fields, with the names of their leads.
create or replace function lead_sync.cases_for_humans() returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_build_object(
    'open_conflicts', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'id', c.id, 'lead_id', c.lead_id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'field', c.field, 'winner', c.winner,
          'twenty_value', c.twenty_value, 'supabase_value', c.supabase_value, 'reason', c.reason, 'created_at', c.created_at
        )
        order by c.id desc
      ), '[]')
      from (select * from public.lead_sync_conflicts as o where o.resolved_at is null order by o.id desc limit 10) as c
      join public.leads as l on l.id = c.lead_id
    ),
    'dead_letters', (
      select coalesce(jsonb_agg(
        jsonb_build_object(
          'lead_id', d.lead_id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'reason', d.reason,
          'category', d.category, 'attempts', d.attempts, 'since', d.since
        )
        order by d.since, d.lead_id
      ), '[]')
      from (select * from lead_sync.stuck_leads('dead') as s order by s.since, s.lead_id limit 10) as d
      join public.leads as l on l.id = d.lead_id
    ),
    'left_out', (
      select coalesce(jsonb_agg(
        jsonb_build_object('lead_id', o.id, 'lead_name', nullif(concat_ws(' ', o.first_name, o.last_name), ''), 'email', o.email, 'fields', o.left_out)
        order by o.id
      ), '[]')
      from (select * from public.leads as l where l.left_out <> '{}' order by l.id limit 10) as o
    )
  )
$$;

-- Leads and average score by segment, and how the scores spread over tenths.
create or replace function lead_sync.segments_and_scores() returns jsonb
language sql stable set search_path = '' as $$
  with counted as materialized (
    select c.facet, c.key, sum(c.leads) as leads, sum(c.scored) as scored, sum(c.score) as score
    from lead_sync.lead_counts as c
    where c.facet <> 'status'
    group by c.facet, c.key
  )
  select jsonb_build_object(
    'segments', (
      select coalesce(jsonb_agg(
        jsonb_build_object('segment', g.segment_name, 'leads', c.leads, 'average_score', round(c.score / nullif(c.scored, 0), 1))
        order by c.leads desc, g.segment_name
      ), '[]')
      from counted as c
      left join public.customer_segments as g on g.id::text = c.key
      where c.facet = 'segment' and c.leads > 0
    ),
    'scores', (
      select jsonb_agg(jsonb_build_object('from', 10 * b.band, 'to', 10 * b.band + 10, 'leads', coalesce(c.leads, 0)) order by b.band)
      from generate_series(0, 9) as b (band)
      left join counted as c on c.facet = 'score' and c.key = b.band::text
    ),
    'unscored', coalesce((select c.leads from counted as c where c.facet = 'score' and c.key = ''), 0)
  )
$$;

-- What the dashboard page and /status show. Texts of leads are as they are: escape them.
--   p_hours  1 to 168: how far the series and the period's figures go back
--   p_now    for tests
-- Returns {at, hours, metrics, period, series, activity, errors, open_conflicts, dead_letters, left_out, segments, scores, unscored, runs, alerts, maintenance}.
create or replace function public.get_dashboard(p_hours integer default 24, p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' set jit = off as $$
declare
  v_since timestamptz;
  v_figures jsonb;
  v_period jsonb;
  v_alerts jsonb;
begin
  if p_hours is null or p_hours not between 1 and 168 then
    raise exception 'p_hours must be between 1 and 168, got %', p_hours using errcode = '22023';
  end if;
  v_since := p_now - make_interval(hours => p_hours);
  v_figures := lead_sync.measure_sync(p_now) - 'examples';
  v_period := lead_sync.measure_activity(v_since, p_now);
  select coalesce(jsonb_agg(to_jsonb(a)), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;

  return jsonb_build_object(
    'at', p_now,
    'hours', p_hours,
    'metrics', v_figures || jsonb_build_object('health', lead_sync.judge_health(v_alerts)),
    'period', (v_period - 'failure_percent') || jsonb_build_object(
      'successes', (v_period ->> 'attempts')::bigint - (v_period ->> 'failures')::bigint,
      'success_percent', 100 - (v_period ->> 'failure_percent')::numeric
    ),
    'series', lead_sync.hourly_series(v_since, p_now),
    'activity', lead_sync.recent_activity(),
    'errors', lead_sync.frequent_errors(v_since),
    'runs', (
      select coalesce(jsonb_agg(
        (to_jsonb(r) - array['token', 'lease_until', 'findings', 'object', 'policy']) || jsonb_build_object(
          'estimated_end', case
            when r.status = 'running' and r.lease_until > p_now and r.progress > 0 then r.started_at + (p_now - r.started_at) / r.progress::double precision
          end
        )
        order by r.started_at desc
      ), '[]')
      from (select * from public.lead_sync_runs as n order by n.started_at desc limit 10) as r
    ),
    'alerts', v_alerts,
    'maintenance', (select coalesce(jsonb_agg(to_jsonb(t) order by t.task), '[]') from lead_sync.maintenance_tasks as t)
  ) || lead_sync.cases_for_humans() || lead_sync.segments_and_scores();
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.get_dashboard(integer, timestamptz) from public, anon, authenticated;
grant execute on function public.get_dashboard(integer, timestamptz) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

-- What the dashboard page and /status show. Texts of leads are as they are: escape them.
--   p_hours  1 to 168: how far the series and the period's figures go back
--   p_now    for tests
-- Returns {at, hours, metrics, period, series, activity, errors, open_conflicts, dead_letters, left_out, segments, scores, unscored, runs, alerts, maintenance, last_findings: null
-- until somebody has looked, edge, speed_to_lead}.
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
    'maintenance', (select coalesce(jsonb_agg(to_jsonb(t) order by t.task), '[]') from lead_sync.maintenance_tasks as t),
    'last_findings', (select to_jsonb(f) - 'only_row' from lead_sync.last_findings as f),
    'edge', lead_sync.measure_edge(p_now),
    'speed_to_lead', public.get_speed_to_lead(v_since, p_now)
  ) || lead_sync.cases_for_humans() || lead_sync.segments_and_scores();
end
$$;

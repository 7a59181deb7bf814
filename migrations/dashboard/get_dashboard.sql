-- What the console shows of the sync as a whole, and /status. Texts of leads are as they are: escape them.
--   p_hours  1 to 168: how far the series and the period's figures go back
--   p_now    for tests
--   p_parts  only these, which saves the rest: metrics, period, series, activity, errors, cases (open_conflicts, dead_letters, left_out), segments (with scores, unscored),
--            runs, alerts, maintenance, last_findings, edge, speed_to_lead; all where it is left out
-- Returns {at, hours, metrics, period, series, activity, errors, open_conflicts, dead_letters, left_out, segments, scores, unscored, runs, alerts, maintenance, last_findings: null
-- until somebody has looked, edge, speed_to_lead}.
create or replace function public.get_dashboard(p_hours integer default 24, p_now timestamptz default now(), p_parts text[] default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_since timestamptz;
  v_figures jsonb;
  v_period jsonb;
  v_alerts jsonb;
  v_all jsonb;
  v_part text;
begin
  if p_hours is null or p_hours not between 1 and 168 then
    raise exception 'p_hours must be between 1 and 168, got %', p_hours using errcode = '22023';
  end if;
  v_since := p_now - make_interval(hours => p_hours);
  v_all := jsonb_build_object('at', p_now, 'hours', p_hours);
  if p_parts is null or p_parts && array['metrics', 'alerts'] then
    v_figures := lead_sync.measure_sync(p_now) - 'examples';
    select coalesce(jsonb_agg(to_jsonb(a)), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;
  end if;

  foreach v_part in array coalesce(p_parts, array[
    'metrics', 'period', 'series', 'activity', 'errors', 'runs', 'alerts', 'maintenance', 'last_findings', 'edge', 'speed_to_lead', 'cases', 'segments'
  ]) loop
    case v_part
      when 'metrics' then
        v_all := v_all || jsonb_build_object('metrics', v_figures || jsonb_build_object('health', lead_sync.judge_health(v_alerts)));
      when 'alerts' then
        v_all := v_all || jsonb_build_object('alerts', v_alerts);
      when 'period' then
        v_period := lead_sync.measure_activity(v_since, p_now);
        v_all := v_all || jsonb_build_object('period', (v_period - 'failure_percent') || jsonb_build_object(
          'successes', (v_period ->> 'attempts')::bigint - (v_period ->> 'failures')::bigint,
          'success_percent', 100 - (v_period ->> 'failure_percent')::numeric
        ));
      when 'series' then
        v_all := v_all || jsonb_build_object('series', lead_sync.hourly_series(v_since, p_now));
      when 'activity' then
        v_all := v_all || jsonb_build_object('activity', lead_sync.recent_activity());
      when 'errors' then
        v_all := v_all || jsonb_build_object('errors', lead_sync.frequent_errors(v_since));
      when 'runs' then
        v_all := v_all || jsonb_build_object('runs', lead_sync.recent_runs(p_now));
      when 'maintenance' then
        v_all := v_all || jsonb_build_object('maintenance', (select coalesce(jsonb_agg(to_jsonb(t) order by t.task), '[]') from lead_sync.maintenance_tasks as t));
      when 'last_findings' then
        v_all := v_all || jsonb_build_object('last_findings', (select to_jsonb(f) - 'only_row' from lead_sync.last_findings as f));
      when 'edge' then
        v_all := v_all || jsonb_build_object('edge', lead_sync.measure_edge(p_now));
      when 'speed_to_lead' then
        v_all := v_all || jsonb_build_object('speed_to_lead', public.get_speed_to_lead(v_since, p_now));
      when 'cases' then
        v_all := v_all || lead_sync.cases_for_humans();
      when 'segments' then
        v_all := v_all || lead_sync.segments_and_scores();
      else
        raise exception 'p_parts names no part: %', left(v_part, 100) using errcode = '22023';
    end case;
  end loop;
  return v_all;
end
$$;

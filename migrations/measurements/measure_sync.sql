-- All figures but the health, as get_sync_metrics returns them, and masked examples by alert for the messages.
create or replace function lead_sync.measure_sync(p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_counts jsonb;
  v_backlog jsonb := lead_sync.measure_backlog(p_now);
  v_hour jsonb := lead_sync.measure_activity(p_now - interval '1 hour', p_now);
  v_calls bigint;
  -- what the latest run found out that Twenty allows, or what the settings say
  v_budget bigint := 60 * coalesce(
    (
      select (r.figures ->> 'twenty_calls_per_minute')::bigint
      from public.lead_sync_runs as r
      where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now and r.figures ? 'twenty_calls_per_minute'
      order by r.started_at desc
      limit 1
    ),
    (select s.twenty_calls_per_minute from lead_sync.settings as s)
  );
  v_heartbeat timestamptz := (select h.at from lead_sync.heartbeats as h where h.source = 'monitor');
begin
  select '{"pending": 0, "syncing": 0, "synced": 0, "error": 0}'::jsonb || coalesce(jsonb_object_agg(c.key, c.leads), '{}')
    || jsonb_build_object('total', coalesce(sum(c.leads), 0))
  into v_counts
  from (select k.key, sum(k.leads) as leads from lead_sync.lead_counts as k where k.facet = 'status' group by k.key) as c;

  -- a run that began before the hour counts with none of its calls, one that began within it with all
  select coalesce(sum((r.figures ->> 'twenty_calls')::bigint), 0) into v_calls
  from public.lead_sync_runs as r
  where r.started_at > p_now - interval '1 hour' and r.started_at <= p_now;

  return jsonb_build_object(
    'at', p_now,
    'freshness', jsonb_build_object(
      'twenty_to_supabase', lead_sync.measure_direction('twenty_to_supabase', p_now),
      'supabase_to_twenty', lead_sync.measure_direction('supabase_to_twenty', p_now),
      'bidirectional', lead_sync.measure_direction('bidirectional', p_now)
    ),
    'leads', v_counts,
    'backlog', (v_backlog -> 'backlog') || jsonb_build_object('pending', v_counts -> 'pending', 'syncing', v_counts -> 'syncing'),
    'last_hour', v_hour - 'lag_seconds',
    'lag_seconds', v_hour -> 'lag_seconds',
    'conflicts', (
      select jsonb_build_object(
        'open', (select count(*) from public.lead_sync_conflicts as o where o.resolved_at is null),
        'last_hour', count(*) filter (where c.created_at > p_now - interval '1 hour'),
        'last_24h', count(*)
      )
      from public.lead_sync_conflicts as c
      where c.created_at > p_now - interval '24 hours' and c.created_at <= p_now
    ),
    'dead_letters', v_backlog -> 'dead_letters',
    'held', v_backlog -> 'held',
    'approvals', (
      select count(*) from lead_sync.approvals as a join lead_sync.approval_items as i on i.approval_id = a.id where a.decision is null
    ),
    'left_out', v_backlog -> 'left_out',
    'refused_rows', v_backlog -> 'refused_rows',
    'failing_hints', v_backlog -> 'failing_hints',
    'error_leads', v_backlog -> 'error_leads',
    'drift', lead_sync.measure_drift(p_now),
    'twenty_calls', jsonb_build_object('last_hour', v_calls, 'budget', v_budget, 'percent', round(100.0 * v_calls / v_budget, 1)),
    'webhooks', lead_sync.measure_webhooks(p_now),
    'heartbeat', jsonb_build_object(
      'last', v_heartbeat,
      'minutes', round(extract(epoch from p_now - v_heartbeat) / 60, 1),
      'silent', coalesce(p_now - v_heartbeat > (
        select make_interval(mins => r.threshold::integer) from lead_sync.alert_rules as r where r.alert = 'monitor_silent'
      ), false)
    ),
    'examples', v_backlog -> 'examples'
  );
end
$$;

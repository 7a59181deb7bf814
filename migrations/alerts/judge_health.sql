-- {status, reasons: [{alert, severity, message}]} of alerts as judge_alerts gives them: critical or warning as the worst condition that holds now.
create or replace function lead_sync.judge_health(p_alerts jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select jsonb_build_object(
    'status', case when bool_or(a ->> 'severity' = 'critical') then 'critical' when count(*) > 0 then 'warning' else 'healthy' end,
    'reasons', coalesce(
      jsonb_agg(jsonb_build_object('alert', a -> 'alert', 'severity', a -> 'severity', 'message', a -> 'message') order by a ->> 'severity', a ->> 'alert'), '[]'
    )
  )
  from jsonb_array_elements(p_alerts) as a
  where (a ->> 'active')::boolean
$$;

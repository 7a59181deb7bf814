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

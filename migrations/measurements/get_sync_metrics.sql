-- How the sync is doing, for monitors and dashboards; p_now is for tests.
-- Returns {at, health: {status, reasons}, freshness, leads, backlog, last_hour, lag_seconds, conflicts, dead_letters, held, left_out, refused_rows, failing_hints, error_leads, drift, twenty_calls,
--   webhooks, heartbeat}, see docs/data-contract.md. Reads rollups and indexes only: its time does not grow with leads or history.
create or replace function public.get_sync_metrics(p_now timestamptz default now()) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_figures jsonb := lead_sync.measure_sync(p_now);
begin
  return (v_figures - 'examples')
    || jsonb_build_object('health', lead_sync.judge_health((select jsonb_agg(to_jsonb(a)) from lead_sync.judge_alerts(v_figures) as a)));
end
$$;

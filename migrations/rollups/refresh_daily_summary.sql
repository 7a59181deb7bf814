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

-- The daily upkeep: thins the rollups, archives old history in batches, brings the daily summary up to date, releases stale claims, purges the archive, erases what sources sent; and weekly
-- cleans up resolved errors, old runs, closed conflicts and sent notifications. Works for about p_seconds: call it again while has_more.
--   p_seconds  0.5 to 50; the API cuts calls at 8 seconds
--   p_cleanup  null: weekly by itself; true: now; false: not now
-- Returns {has_more, archived, summary: {days, days_left} or null while the archive took the time, released_claims, purged, raw_erased, cleanup,
-- duplicates: as of find_duplicates, {has_more: false, problem} where it failed, or null where the settings do not want them,
-- data_quality: {kept}, {problem} or null in the same way, null too where the month has its figures, seconds}.
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

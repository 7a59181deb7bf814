-- Sums up the days of history whose number of entries changed since they were summed up, oldest first, for about this long.
-- Archived entries count, so that a late entry of an old day does no harm. Returns {days, days_left}.
create or replace function lead_sync.sum_up_days(p_time interval) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_until timestamptz := clock_timestamp() + p_time;
  v_days integer := 0;
  v_left integer := 0;
  v_day record;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.sum_up_days'));
  for v_day in
    select c.sync_date, c.entries, c.sync_date::timestamp at time zone 'utc' as starts_at
    from (
      select (a.minute at time zone 'utc')::date as sync_date, sum(a.entries) as entries from lead_sync.activity as a group by 1
    ) as c
    left join lead_sync.summed_days as d on d.sync_date = c.sync_date
    where d.entries is distinct from c.entries
      -- what is older was purged from the archive: its sum stands
      and c.sync_date >= (now() at time zone 'utc')::date - (select s.archive_days from lead_sync.settings as s)
    order by c.sync_date
  loop
    if clock_timestamp() > v_until then
      v_left := v_left + 1;
      continue;
    end if;
    delete from lead_sync.daily_activity as d where d.sync_date = v_day.sync_date;
    insert into lead_sync.daily_activity (sync_date, sync_direction, sync_status, sync_count, unique_leads)
    select v_day.sync_date, h.sync_direction, h.sync_status, count(*), count(distinct h.lead_id)
    from (
      select r.sync_direction, r.sync_status, r.lead_id from public.lead_sync_history as r
      where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '24 hours'
      union all
      select r.sync_direction, r.sync_status, r.lead_id from lead_sync.history_archive as r
      where r.synced_at >= v_day.starts_at and r.synced_at < v_day.starts_at + interval '24 hours'
    ) as h
    group by h.sync_direction, h.sync_status;
    insert into lead_sync.summed_days (sync_date, entries) values (v_day.sync_date, v_day.entries)
    on conflict (sync_date) do update set entries = excluded.entries;
    v_days := v_days + 1;
  end loop;
  return jsonb_build_object('days', v_days, 'days_left', v_left);
end
$$;

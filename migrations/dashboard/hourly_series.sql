-- One entry for every hour of the period, oldest first: leads settled each way, taken in and failed, and the lag.
create or replace function lead_sync.hourly_series(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with entry as materialized (
    select date_trunc('hour', a.minute, 'utc') as hour, a.sync_type, a.sync_direction, a.sync_status, a.lag_bucket, sum(a.entries) as entries
    from lead_sync.activity as a
    where a.minute >= date_trunc('hour', p_since, 'utc') and a.minute <= p_now and a.sync_type <> 'run'
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

-- Attempts and failures since p_since by category, and how long leads took from due to settled. Intake is no attempt: nothing can refuse it.
create or replace function lead_sync.measure_activity(p_since timestamptz, p_now timestamptz) returns jsonb
language sql stable set search_path = '' as $$
  with entry as materialized (
    select a.sync_status, a.category, a.lag_bucket, sum(a.entries) as entries
    from lead_sync.activity as a
    where a.minute >= p_since and a.minute <= p_now and a.sync_type <> 'intake'
    group by 1, 2, 3
  ),
  lag as materialized (
    select jsonb_object_agg(b.lag_bucket, b.entries) as buckets, sum(b.entries) as leads
    from (select e.lag_bucket, sum(e.entries) as entries from entry as e where e.lag_bucket is not null group by 1) as b
  ),
  total as materialized (
    select coalesce(sum(e.entries), 0) as attempts, coalesce(sum(e.entries) filter (where e.sync_status = 'error'), 0) as failures from entry as e
  )
  select jsonb_build_object(
    'attempts', t.attempts,
    'failures', t.failures,
    'failure_percent', round(100 * t.failures / nullif(t.attempts, 0), 1),
    'by_category', '{"auth": 0, "rate_limit": 0, "validation": 0, "conflict": 0, "network": 0, "server": 0}'::jsonb || (
      select coalesce(jsonb_object_agg(c.category, c.entries), '{}')
      from (select e.category, sum(e.entries) as entries from entry as e where e.category is not null group by 1) as c
    ),
    'lag_seconds', jsonb_build_object(
      'p50', lead_sync.lag_percentile(g.buckets, 0.5), 'p95', lead_sync.lag_percentile(g.buckets, 0.95), 'leads', coalesce(g.leads, 0)
    )
  )
  from total as t cross join lag as g
$$;

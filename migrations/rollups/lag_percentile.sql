-- The lag, in seconds, that this share of the leads stays under. p_buckets: leads by lag bucket; null for none. Half a bucket (6 %) off at most.
create or replace function lead_sync.lag_percentile(p_buckets jsonb, p_share numeric) returns numeric
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select round(power(10::numeric, (min(b.bucket) - 0.5) / 20), 1)
  from (
    select e.key::integer as bucket, sum(e.value::bigint) over (order by e.key::integer) as up_to, sum(e.value::bigint) over () as total
    from jsonb_each_text(p_buckets) as e
  ) as b
  where b.up_to >= p_share * b.total
$$;

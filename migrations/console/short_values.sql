-- The same of each value of an object, of which up to 100.
create or replace function lead_sync.short_values(p_values jsonb, p_longest integer) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(left(e.key, 100), lead_sync.short_value(e.value, p_longest)), '{}')
  from (select * from jsonb_each(p_values) as v order by v.key limit 100) as e
$$;

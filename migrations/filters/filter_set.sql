-- The set of conditions that a filter is.
create or replace function lead_sync.filter_set(p_direction text) returns integer
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case p_direction when 'to_twenty' then -3 else -4 end
$$;

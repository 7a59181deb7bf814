-- The longest row and parameter: D1 takes 2,000,000 bytes.
create or replace function lead_sync.edge_longest_row() returns integer
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select 1900000
$$;

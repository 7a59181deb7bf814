-- Whether two values that are there are spellings of one.
create or replace function lead_sync.same_value(p_kind text, p_one jsonb, p_other jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_one is not null and p_other is not null and lead_sync.is_same(p_kind, p_one, p_other)
$$;

-- Those of a lead's left-out fields whose value here still counts as agreed, although Twenty has another one.
create or replace function lead_sync.still_left_out(p_left_out jsonb, p_local jsonb, p_base_local jsonb, p_base_remote jsonb, p_rules jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg(e.key, e.value), '{}')
  from jsonb_each(p_left_out) as e
  join jsonb_array_elements(p_rules) as r on r ->> 'field' = e.key
  where (p_local -> e.key) is not distinct from (p_base_local -> e.key)
    and not lead_sync.is_same(r ->> 'kind', p_local -> e.key, p_base_remote -> e.key)
$$;

-- Whether a snapshot shows any of the values that were sent; false when nothing was.
create or replace function lead_sync.shows_any(p_stated jsonb, p_sent jsonb, p_rules jsonb) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select exists (
    select from jsonb_each(p_sent) as e
    join jsonb_array_elements(p_rules) as r on r ->> 'field' = e.key
    where e.value <> 'null'
      and lead_sync.is_same(r ->> 'kind', e.value, p_stated -> e.key)
  )
$$;

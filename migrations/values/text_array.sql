-- A list as a column of texts holds it; blank is the empty one.
create or replace function lead_sync.text_array(p_list jsonb) returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array(
    select e.value
    from jsonb_array_elements_text(case when jsonb_typeof(p_list) = 'array' then p_list else '[]' end) with ordinality as e
    order by e.ordinality
  )
$$;

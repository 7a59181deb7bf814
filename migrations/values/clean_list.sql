-- A list as it is compared: texts trimmed, blanks dropped; an empty one becomes a JSON null. [" a ", ""] -> ["a"]
create or replace function lead_sync.clean_list(p_list jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(c.value order by e.ordinality) filter (where c.value <> 'null'), 'null')
  from jsonb_array_elements(p_list) with ordinality as e
  cross join lateral (
    select case when jsonb_typeof(e.value) = 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null') else e.value end as value
  ) as c
$$;

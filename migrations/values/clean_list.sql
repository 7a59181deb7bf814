-- A list as it is compared: texts trimmed, blanks dropped; an empty one becomes a JSON null. [" a ", ""] -> ["a"]
create or replace function lead_sync.clean_list(p_list jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(c.value order by e.ordinality) filter (where c.value <> 'null'), 'null')
  from jsonb_array_elements(p_list) with ordinality as e
  cross join lateral (
    select case jsonb_typeof(e.value)
      when 'string' then coalesce(to_jsonb(lead_sync.clean(e.value #>> '{}')), 'null')
      when 'number' then case when length(e.value #>> '{}') < 16 then e.value else lead_sync.exact_number(e.value) end
      else e.value
    end as value
  ) as c
$$;

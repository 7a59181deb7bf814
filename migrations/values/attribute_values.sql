-- An attributes object as fields: {"utm": " x "} -> {"attributes.utm": "x"}; p_keep_blank keeps blanks as nulls ("known to be blank").
-- A number of more digits than the nodes read becomes a text.
create or replace function lead_sync.attribute_values(p_attributes jsonb, p_keep_blank boolean default false) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_object_agg('attributes.' || a.key, c.value) filter (where p_keep_blank or c.value <> 'null'), '{}')
  from jsonb_each(p_attributes) as a
  cross join lateral (
    select case jsonb_typeof(a.value)
      when 'string' then coalesce(to_jsonb(lead_sync.clean(a.value #>> '{}')), 'null')
      when 'number' then case when length(a.value #>> '{}') < 16 then a.value else lead_sync.exact_number(a.value) end
      when 'array' then lead_sync.clean_list(a.value)
      else a.value
    end as value
  ) as c
$$;

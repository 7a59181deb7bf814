-- What was stated for a column of several texts: a list, or one text with commas, semicolons or line breaks between them. Anything else stays as it is.
create or replace function lead_sync.stated_list(p_value jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select case jsonb_typeof(p_value)
    when 'string' then lead_sync.clean_list(to_jsonb(regexp_split_to_array(p_value #>> '{}', '[,;\n]')))
    when 'array' then lead_sync.clean_list(to_jsonb(array(select e.value from jsonb_array_elements_text(p_value) with ordinality as e order by e.ordinality)))
    else p_value
  end
$$;

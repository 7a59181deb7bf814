-- What columns of a row say of its lead: {field: value}, null where they are empty. p_row: {column: value}; columns that it lacks say nothing.
-- Of a whole name the last word is the last name, or what stands before a comma; a single word is a first name.
create or replace function lead_sync.source_values(p_columns jsonb, p_row jsonb) returns jsonb
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_values jsonb;
  v_name text := lead_sync.clean(p_row ->> (p_columns ->> 'name'));
  v_parts text[];
begin
  select coalesce(jsonb_object_agg(c.key, case
    when v.value = 'null' then v.value
    when c.key = 'deleted' then to_jsonb(v.value <> 'false')
    when c.key in ('additional_emails', 'additional_phones', 'lead_score') or c.key like 'attributes.%' then v.value
    else to_jsonb(v.value #>> '{}')
  end), '{}') into v_values
  from jsonb_each_text(p_columns) as c
  cross join lateral (select p_row -> c.value as value) as v
  where v.value is not null and c.key not in ('name', 'segment');
  if p_row ? (p_columns ->> 'name') then
    v_parts := coalesce(
      array(select btrim(m) from unnest((regexp_match(v_name, '^([^,]+),([^,]+)$'))[1:2]) with ordinality as t (m, place) order by place desc), '{}'
    );
    if v_parts = '{}' then
      v_parts := coalesce(regexp_match(v_name, '^(.*\S)\s+(\S+)$'), array[v_name, null]);
    end if;
    v_values := v_values || jsonb_build_object('first_name', v_parts[1], 'last_name', v_parts[2]);
  end if;
  return v_values;
end
$$;

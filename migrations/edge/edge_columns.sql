-- The columns of a mapping in their order, from 1.
create or replace function lead_sync.edge_columns(p_columns jsonb)
returns table (place integer, name text, source text, type text, is_indexed boolean, merge text)
language plpgsql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return query
  select
    c.place::integer, c.value ->> 'name', c.value ->> 'from', c.value ->> 'type',
    coalesce((c.value ->> 'index')::boolean, false), coalesce(c.value ->> 'merge', 'last')
  from jsonb_array_elements(p_columns) with ordinality as c (value, place);
end
$$;

-- The names asked for: p_request's tables, or null for all. Raises where one is unknown.
create or replace function lead_sync.edge_names(p_request jsonb) returns text[]
language plpgsql stable set search_path = '' as $$
declare
  v_names text[] := array(select jsonb_array_elements_text(p_request -> 'tables'));
  v_unknown text;
begin
  if coalesce(jsonb_typeof(p_request -> 'tables'), 'null') = 'null' then
    return null;
  end if;
  select string_agg(n.name, ', ') into v_unknown from unnest(v_names) as n (name) where n.name not in (select t.edge_table from lead_sync.edge_tables as t);
  if v_unknown is not null then
    raise exception 'lead_sync.edge_tables has no row %', v_unknown using errcode = '22023', hint = 'Insert the mapping first, then turn it on.';
  end if;
  return v_names;
end
$$;

-- Maps a table that was there already: the columns of the bundled mapping that it has, by their names. Returns {table, columns, left_out}.
create or replace function lead_sync.adopt_outreach_table(p_name text) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_columns jsonb;
  v_left_out jsonb;
begin
  select
    coalesce(jsonb_agg(c.value order by c.place) filter (where a.attname is not null), '[]'),
    coalesce(jsonb_agg(c.value -> 'name' order by c.place) filter (where a.attname is null), '[]')
  into v_columns, v_left_out
  from lead_sync.edge_tables as t
  cross join jsonb_array_elements(t.columns) with ordinality as c (value, place)
  left join pg_catalog.pg_attribute as a on a.attrelid = to_regclass(t.source) and a.attname = c.value ->> 'from' and a.attnum > 0 and not a.attisdropped
  where t.edge_table = p_name;
  update lead_sync.edge_tables as t set columns = v_columns where t.edge_table = p_name and v_columns <> '[]';
  return jsonb_build_object('table', p_name, 'columns', (select coalesce(jsonb_agg(c -> 'name'), '[]') from jsonb_array_elements(v_columns) as c), 'left_out', v_left_out);
end
$$;

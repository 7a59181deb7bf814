-- Writes values into a row as somebody would who edits it: they travel. A null value blanks its field. p_values: {field: value}.
create or replace function lead_sync.set_row_values(p_adapter text, p_id uuid, p_values jsonb) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_columns jsonb;
begin
  if p_adapter = 'lead' then
    perform lead_sync.set_values(l, p_values) from public.leads as l where l.id = p_id;
    return;
  end if;
  execute lead_sync.rows_sql(p_adapter, 'select {columns} from (select $1 as taken) as c') into v_columns using p_values;
  if p_values ? 'deleted' then
    v_columns := v_columns || jsonb_build_object('deleted_at', case when p_values -> 'deleted' = 'true' then clock_timestamp() end);
  end if;
  execute lead_sync.rows_sql(p_adapter, format(
    'update {table} as l set %s from {table} as o cross join lateral jsonb_populate_record(o, $2) as n where o.id = $1 and l.id = o.id',
    (select string_agg(format('%1$I = n.%1$I', k), ', ' order by k) from jsonb_object_keys(v_columns) as k)
  )) using p_id, v_columns;
end
$$;

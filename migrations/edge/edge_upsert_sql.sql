-- Writes rows ([[key, version, digest, column…]…] in its one parameter) where D1 has nothing as late or later.
--   p_table  the table's name in D1: the replica, or the one that will take its place
create or replace function lead_sync.edge_upsert_sql(p_state lead_sync.edge_states, p_table text) returns text
language plpgsql stable set search_path = '' as $$
declare
  v_names text;
  v_values text;
  v_sets text;
begin
  select
    string_agg(format('"%s"', c.name), ', ' order by c.place),
    string_agg(format('value ->> %s', c.place + 2), ', ' order by c.place),
    string_agg(format('"%1$s" = excluded."%1$s"', c.name), ', ' order by c.place)
  into v_names, v_values, v_sets
  from lead_sync.edge_columns(p_state.columns) as c;
  return format(
    'insert into "%s" (id, %s, edge_version, edge_digest) select value ->> 0, %s, value ->> 1, value ->> 2 from json_each(?1) '
    'where not exists (select 1 from edge_deleted as d where d.table_name = %L and d.key = value ->> 0 and d.version >= value ->> 1) '
    'on conflict (id) do update set %s, edge_version = excluded.edge_version, edge_digest = excluded.edge_digest '
    'where excluded.edge_version > "%s".edge_version',
    p_table, v_names, v_values, p_state.edge_table, v_sets, p_table
  );
end
$$;

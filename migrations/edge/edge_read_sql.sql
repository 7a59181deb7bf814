-- {page, confirm}: reads rows that changed in D1, 1,000 changes and about a megabyte at most, one row at least; takes changes off that were stored.
-- A row is [id, version, null, [30 columns], [30 columns]…].
create or replace function lead_sync.edge_read_sql(p_state lead_sync.edge_states) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_lists text;
begin
  select string_agg(g.list, ', ' order by g.part) into v_lists
  from (
    select (c.place - 1) / 30 as part, 'json_array(' || string_agg(format('e."%s"', c.name), ', ' order by c.place) || ')' as list
    from lead_sync.edge_columns(p_state.columns) as c
    group by 1
  ) as g;
  return jsonb_build_object(
    'page', format(
      'select seq, row from (select c.seq, c.row, sum(length(c.row)) over (order by c.seq) - length(c.row) as before from ('
      'select k.seq, json_array(e.id, e.edge_version, null, %1$s) as row '
      'from (select key, max(seq) as seq from (select key, seq from "%2$s" order by seq limit 1000) group by key) as k left join "%3$s" as e on e.id = k.key'
      ') as c) where before < 1000000 order by seq',
      v_lists, p_state.edge_table || '_changes', p_state.edge_table
    ),
    'confirm', format('delete from "%s" where seq <= cast(?1 as integer)', p_state.edge_table || '_changes')
  );
end
$$;

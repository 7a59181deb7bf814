-- Reads keys and versions of a range, low left out, 5,000 at most.
create or replace function lead_sync.edge_range_sql(p_state lead_sync.edge_states) returns text
language plpgsql stable set search_path = '' as $$
begin
  return format(
    'select id, json_array(id, edge_version, %s) as row from "%s" where id > ?1 and id <= ?2 order by id limit 5000',
    case p_state.direction when 'down' then 'edge_digest' else 'null' end, p_state.edge_table
  );
end
$$;

-- Where a table's rows go: the replica, or the table that will take its place. While one is built nothing else is written: its rows are read later than the page.
create or replace function lead_sync.edge_target(p_state lead_sync.edge_states) returns text
language plpgsql immutable parallel safe set search_path = '' as $$
begin
  return p_state.edge_table || case when p_state.rebuild_id is null then '' else '_next_' || p_state.rebuild_id end;
end
$$;

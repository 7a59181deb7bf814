-- Asks for a table to be built anew in D1; one that is being built begins again.
create or replace function lead_sync.begin_edge_rebuild(p_edge_table text) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update lead_sync.edge_states as s
  set leftovers = case when s.rebuild_id is null then s.leftovers else s.leftovers || s.rebuild_id end,
    rebuild_id = nextval('lead_sync.edge_versions'), rebuild_phase = 'create', rebuild_position = null, rebuild_since = clock_timestamp()
  where s.edge_table = p_edge_table;
end
$$;

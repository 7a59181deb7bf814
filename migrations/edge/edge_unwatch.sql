-- Takes the triggers off a table's source and forgets what was due.
create or replace function lead_sync.edge_unwatch(p_state lead_sync.edge_states) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_trigger record;
begin
  for v_trigger in
    select t.tgname as name, t.tgrelid::regclass as source from pg_catalog.pg_trigger as t
    where t.tgfoid = to_regprocedure(format('lead_sync.%I()', 'edge_note_' || p_state.edge_table))
  loop
    execute format('drop trigger %I on %s', v_trigger.name, v_trigger.source);
  end loop;
  execute format('drop function if exists lead_sync.%I()', 'edge_note_' || p_state.edge_table);
  delete from lead_sync.edge_rows as r where r.edge_table = p_state.edge_table;
end
$$;

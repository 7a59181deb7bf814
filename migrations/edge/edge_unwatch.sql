-- Takes the triggers off a table's source and forgets what was due.
create or replace function lead_sync.edge_unwatch(p_state lead_sync.edge_states) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_trigger name;
begin
  for v_trigger in
    select t.tgname from pg_catalog.pg_trigger as t where t.tgrelid = to_regclass(p_state.source) and t.tgname like 'edge\_note\_%' and not t.tgisinternal
  loop
    execute format('drop trigger %I on %s', v_trigger, to_regclass(p_state.source));
  end loop;
  execute format('drop function if exists lead_sync.%I()', 'edge_note_' || p_state.edge_table);
  delete from lead_sync.edge_rows as r where r.edge_table = p_state.edge_table;
end
$$;

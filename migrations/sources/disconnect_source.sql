-- Takes the triggers off a table and forgets which row is which lead. The rows and the leads stay. Returns {disconnected}.
create or replace function lead_sync.disconnect_source(p_table regclass) returns jsonb
language plpgsql volatile set search_path = '' set lock_timeout = '5s' as $$
declare
  v_name name;
  v_found boolean;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.exchange_sources'));
  foreach v_name in array array['lead_sync_note_inserted', 'lead_sync_note_updated', 'lead_sync_note_deleted'] loop
    if exists (select from pg_catalog.pg_trigger as t where t.tgrelid = p_table and t.tgname = v_name) then -- nothing is left of a table that was dropped
      execute format('drop trigger %I on %s', v_name, p_table);
    end if;
  end loop;
  delete from lead_sync.sources as s where s.source = p_table;
  v_found := found;
  delete from lead_sync.source_changes as c where c.source = p_table;
  if not exists (select from lead_sync.sources as s where s.both_ways) then
    drop trigger if exists leads_note_for_sources_inserted on public.leads;
    drop trigger if exists leads_note_for_sources_updated on public.leads;
  end if;
  return jsonb_build_object('disconnected', v_found);
end
$$;

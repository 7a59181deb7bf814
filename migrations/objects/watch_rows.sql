-- Makes the triggers of a synced table other than leads: they note its writes, call for a push where that is wanted, and forget what was agreed for rows that go.
create or replace function lead_sync.watch_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_table text := (select o.row_table from lead_sync.objects as o where o.adapter = p_adapter);
  v_name text := split_part(v_table, '.', 2);
begin
  v_table := v_table::regclass::text;
  execute format('create or replace trigger %I before insert or update on %s for each row execute function lead_sync.note_lead_write(%L)', v_name || '_note_write', v_table, p_adapter);
  execute format(
    'create or replace trigger %I after insert on %s referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted(%L)',
    v_name || '_note_inserted', v_table, p_adapter
  );
  execute format(
    'create or replace trigger %I after delete on %s referencing old table as old_rows for each statement execute function lead_sync.forget_rows(%L)',
    v_name || '_forget', v_table, p_adapter
  );
  execute format('create or replace trigger %I after truncate on %s for each statement execute function lead_sync.forget_rows(%L)', v_name || '_forget_all', v_table, p_adapter);
  execute format('create sequence if not exists lead_sync.%I', 'last_' || p_adapter || '_push_call');
  execute format(
    'create or replace trigger %I after insert on %s referencing new table as new_leads for each statement execute function lead_sync.wish_for_push(%L)',
    v_name || '_wish_for_push_inserted', v_table, p_adapter
  );
  execute format(
    'create or replace trigger %I after update on %s referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.wish_for_push(%L)',
    v_name || '_wish_for_push_updated', v_table, p_adapter
  );
end
$$;

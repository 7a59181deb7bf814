-- Rows take what Twenty has in place of what was sent. p_items: [{lead_id, local, taken, conflicts}] of base_after_write; the caller holds the rows' locks.
create or replace function lead_sync.take_answers(p_adapter text, p_items jsonb, p_run_id uuid, p_sync_type text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  perform lead_sync.write_rows(p_adapter, array(
    select row(l.id, false, l.twenty_id, i -> 'taken', null, l.sync_status, true, l.left_out, null, null, null)::lead_sync.row_change
    from jsonb_array_elements(p_items) as i
    join unnest(lead_sync.read_rows(p_adapter, array(select (k ->> 'lead_id')::uuid from jsonb_array_elements(p_items) as k))) as l on l.id = (i ->> 'lead_id')::uuid
  ));

  update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = 'superseded'
  from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as newer
  where c.lead_id = (i ->> 'lead_id')::uuid and c.field = newer ->> 'field' and c.resolved_at is null;

  insert into public.lead_sync_conflicts (lead_id, run_id, field, winner, supabase_value, twenty_value, reason)
  select (i ->> 'lead_id')::uuid, p_run_id, c ->> 'field', c ->> 'winner', c -> 'supabase_value', c -> 'twenty_value', c ->> 'reason'
  from jsonb_array_elements(p_items) as i cross join jsonb_array_elements(i -> 'conflicts') as c;

  insert into public.lead_sync_history (lead_id, run_id, sync_type, sync_direction, sync_status, fields_changed)
  select (i ->> 'lead_id')::uuid, p_run_id, p_sync_type, 'twenty_to_supabase', 'synced', array(select jsonb_object_keys(i -> 'taken'))
  from jsonb_array_elements(p_items) as i;

  insert into lead_sync.lead_changes (changed_at, lead_id, run_id, side, before, after)
  select clock_timestamp(), (i ->> 'lead_id')::uuid, p_run_id, 'supabase', lead_sync.values_before(i -> 'local', i -> 'taken'), i -> 'taken'
  from jsonb_array_elements(p_items) as i
  where (select s.changes_days > 0 from lead_sync.settings as s);
end
$$;

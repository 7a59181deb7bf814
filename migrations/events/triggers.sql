create or replace trigger leads_note_events_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.note_lead_events();
create or replace trigger leads_note_events_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_lead_events();
create or replace trigger lead_sync_conflicts_note_event after insert on public.lead_sync_conflicts
  for each row execute function lead_sync.note_other_events('conflicted');
create or replace trigger lead_assignments_note_event after update of member_id on public.lead_assignments
  for each row when (new.member_id is not null and new.member_id is distinct from old.member_id) execute function lead_sync.note_other_events('assigned');
create or replace trigger alert_states_note_event after update of state on lead_sync.alert_states
  for each row when (new.state = 'firing' and old.state <> 'firing') execute function lead_sync.note_other_events('alert_fired');

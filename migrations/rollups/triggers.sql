create or replace trigger lead_sync_history_note after insert on public.lead_sync_history
  referencing new table as new_entries for each statement execute function lead_sync.note_history();
create or replace trigger leads_count_inserted after insert on public.leads
  referencing new table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_deleted after delete on public.leads
  referencing old table as changed_leads for each statement execute function lead_sync.note_lead_counts();
create or replace trigger leads_count_truncated after truncate on public.leads
  for each statement execute function lead_sync.note_lead_counts();

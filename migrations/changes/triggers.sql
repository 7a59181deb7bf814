create or replace trigger leads_note_write before insert or update on public.leads
  for each row execute function lead_sync.note_lead_write();
create or replace trigger leads_note_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted();

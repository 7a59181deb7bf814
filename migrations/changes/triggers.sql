create or replace trigger leads_note_write before insert or update on public.leads
  for each row when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.note_lead_write();
create or replace trigger leads_note_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.note_leads_inserted();

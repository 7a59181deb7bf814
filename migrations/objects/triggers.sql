create or replace trigger leads_forget after delete on public.leads
  referencing old table as old_rows for each statement execute function lead_sync.forget_rows('lead');
create or replace trigger leads_forget_all after truncate on public.leads
  for each statement execute function lead_sync.forget_rows('lead');
create or replace trigger leads_follow_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.follow_leads();
create or replace trigger leads_follow_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.follow_leads();
create or replace trigger leads_keep_contact before delete on public.leads
  for each row execute function lead_sync.keep_contact();

create or replace trigger leads_forget after delete on public.leads
  referencing old table as old_rows for each statement execute function lead_sync.forget_rows('lead');
create or replace trigger leads_forget_all after truncate on public.leads
  for each statement execute function lead_sync.forget_rows('lead');

create or replace trigger leads_wish_for_push_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.wish_for_push();
create or replace trigger leads_wish_for_push_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.wish_for_push();
drop trigger if exists push_wishes_call on lead_sync.push_wishes;
create constraint trigger push_wishes_call after insert on lead_sync.push_wishes
  deferrable initially deferred for each row execute function lead_sync.call_for_push();

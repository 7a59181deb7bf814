create or replace trigger opportunities_note_score after insert or update of lead_id on public.opportunities
  for each row when (new.lead_id is not null and new.created_at > now() - interval '1 day') execute function lead_sync.note_deal_score();
create or replace trigger leads_note_qualified after update of lead_status on public.leads
  for each row when (new.lead_status is distinct from old.lead_status) execute function lead_sync.note_qualified();
create or replace trigger leads_note_qualified_insert after insert on public.leads
  for each row when (new.lead_status is not null and new.twenty_id is null) execute function lead_sync.note_qualified();

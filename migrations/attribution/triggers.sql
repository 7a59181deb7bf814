create or replace trigger opportunities_note_score after insert or update of lead_id on public.opportunities
  for each row when (new.lead_id is not null and new.created_at > now() - interval '1 day') execute function lead_sync.note_deal_score();

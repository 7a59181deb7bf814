-- A lead that is deleted for good leaves of its touches only that they were there.
create or replace trigger lead_touches_without_lead before update of lead_id on public.lead_touches
  for each row when (new.lead_id is null) execute function lead_sync.note_touch_without_lead();

create or replace trigger activity_settings_erase after update of texts on lead_sync.activity_settings
  for each row when (new.texts <> 'body') execute function lead_sync.erase_activity_texts();
create or replace trigger opportunities_note_activity_inserted after insert on public.opportunities
  referencing new table as new_rows for each statement execute function lead_sync.note_deal_activity();
create or replace trigger opportunities_note_activity_updated after update on public.opportunities
  referencing old table as old_rows new table as new_rows for each statement execute function lead_sync.note_deal_activity();

create or replace trigger activity_settings_erase after update of texts on lead_sync.activity_settings
  for each row when (new.texts <> 'body') execute function lead_sync.erase_activity_texts();

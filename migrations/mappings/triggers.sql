create or replace trigger field_mappings_note_change before insert or update on lead_sync.field_mappings
  for each row execute function lead_sync.note_mapping_change();
create or replace trigger field_mappings_send_translated after update of translations on lead_sync.field_mappings
  for each row when (new.translations is not null and new.translations is distinct from old.translations) execute function lead_sync.send_translated();

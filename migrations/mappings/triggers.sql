create or replace trigger field_mappings_note_change before insert or update on lead_sync.field_mappings
  for each row execute function lead_sync.note_mapping_change();

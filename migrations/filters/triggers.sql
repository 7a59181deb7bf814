create or replace trigger lead_filters_check before insert or update on lead_sync.lead_filters
  for each row execute function lead_sync.check_filter();
create or replace trigger lead_filters_compile after insert or update or delete on lead_sync.lead_filters
  for each row execute function lead_sync.compile_changed_filter();
create or replace trigger lead_filters_audit after insert or update or delete on lead_sync.lead_filters
  for each row execute function lead_sync.note_setting('{direction}', '{changed_at}');

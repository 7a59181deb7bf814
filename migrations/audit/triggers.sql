create or replace trigger field_mappings_audit after insert or update or delete on lead_sync.field_mappings
  for each row execute function lead_sync.note_setting('{object,lead_field}', '{missing_since,base_since,place_since,changed_at}');
create or replace trigger settings_audit after update on lead_sync.settings for each row execute function lead_sync.note_setting('{}', '{}');
create or replace trigger alert_rules_audit after insert or update or delete on lead_sync.alert_rules
  for each row execute function lead_sync.note_setting('{alert}', '{}');
create or replace trigger customer_segments_audit after insert or update or delete on public.customer_segments
  for each row execute function lead_sync.note_setting('{segment_name}', '{}');
create or replace trigger follow_up_rules_audit after insert or update or delete on public.follow_up_rules
  for each row execute function lead_sync.note_setting('{rule_key}', '{}');
create or replace trigger sales_reps_audit after insert or update or delete on public.sales_reps
  for each row execute function lead_sync.note_setting('{member_id}', '{credit}');
create or replace trigger assignment_settings_audit after update on lead_sync.assignment_settings for each row execute function lead_sync.note_setting('{}', '{}');
create or replace trigger lead_scoring_rules_audit after insert or update or delete on public.lead_scoring_rules
  for each row execute function lead_sync.note_setting('{rule_key}', '{updated_at}');
create or replace trigger lead_scoring_groups_audit after insert or update or delete on public.lead_scoring_groups
  for each row execute function lead_sync.note_setting('{rule_group}', '{}');

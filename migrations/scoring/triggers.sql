create or replace trigger lead_scoring_rules_check before insert or update on public.lead_scoring_rules
  for each row execute function lead_sync.check_scoring_rule();
create or replace trigger lead_scoring_rules_compile after insert or update or delete or truncate on public.lead_scoring_rules
  for each statement execute function lead_sync.compile_draft();
create or replace trigger lead_scoring_groups_compile after insert or update or delete or truncate on public.lead_scoring_groups
  for each statement execute function lead_sync.compile_draft();
create or replace trigger lead_scoring_versions_refuse_edit before update or delete on public.lead_scoring_versions
  for each row execute function lead_sync.refuse_version_edit();
-- By name before leads_assess, so that what somebody chose is told from what the rules then make of the lead.
create or replace trigger leads_as_chosen before update of segment_id, segment_source on public.leads
  for each row when (pg_catalog.current_setting('lead_sync.engine', true) is distinct from 'on') execute function lead_sync.note_chosen_segment();
-- By name before leads_note_write, which then sees score and segment as part of the change.
create or replace trigger leads_assess before insert or update of
  first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
  lead_status, attributes, created_at, deleted_at, lead_score, score_breakdown, segment_id, segment_source, segment_confidence on public.leads
  for each row when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.assess_written_lead();
create or replace trigger leads_queue_inserted after insert on public.leads
  referencing new table as new_leads for each statement
  when (pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on') execute function lead_sync.queue_scored_inserts();
create or replace trigger leads_queue_updated after update of
  first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
  lead_status, attributes, created_at, deleted_at on public.leads
  for each row when (
    pg_catalog.current_setting('lead_sync.prepared', true) is distinct from 'on'
    and new.sync_status = 'pending' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id)
  ) execute function lead_sync.queue_scored_update();

-- Writes what a merge makes of leads: new ones, in the given order, and the values that others take.
create or replace function lead_sync.write_leads(p_changes lead_sync.row_change[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  insert into public.leads (
    id, twenty_id, first_name, last_name, email, additional_emails, phone, additional_phones, job_title, company_name, company_domain, company_size, city,
    region, country, postal_code, linkedin_url, lead_source, lead_status, lead_score, attributes, deleted_at, sync_status, sync_direction, last_synced_at
  )
  select
    c.id, c.twenty_id, c.taken ->> 'first_name', c.taken ->> 'last_name', c.taken ->> 'email',
    case when c.taken ? 'additional_emails' then lead_sync.text_array(c.taken -> 'additional_emails') else '{}' end, c.taken ->> 'phone',
    case when c.taken ? 'additional_phones' then lead_sync.text_array(c.taken -> 'additional_phones') else '{}' end, c.taken ->> 'job_title',
    c.taken ->> 'company_name', c.taken ->> 'company_domain', c.taken ->> 'company_size', c.taken ->> 'city', c.taken ->> 'region',
    c.taken ->> 'country', c.taken ->> 'postal_code', c.taken ->> 'linkedin_url', c.taken ->> 'lead_source', c.taken ->> 'lead_status',
    (c.taken ->> 'lead_score')::numeric, lead_sync.apply_attributes('{}', c.taken), null, c.sync_status, c.sync_direction, c.last_synced_at
  from unnest(p_changes) as c
  where c.is_new;

  update public.leads as l set
    twenty_id = c.twenty_id,
    first_name = case when c.taken ? 'first_name' then c.taken ->> 'first_name' else l.first_name end,
    last_name = case when c.taken ? 'last_name' then c.taken ->> 'last_name' else l.last_name end,
    email = case when c.taken ? 'email' then c.taken ->> 'email' else l.email end,
    additional_emails = case when c.taken ? 'additional_emails' then lead_sync.text_array(c.taken -> 'additional_emails') else l.additional_emails end,
    phone = case when c.taken ? 'phone' then c.taken ->> 'phone' else l.phone end,
    additional_phones = case when c.taken ? 'additional_phones' then lead_sync.text_array(c.taken -> 'additional_phones') else l.additional_phones end,
    job_title = case when c.taken ? 'job_title' then c.taken ->> 'job_title' else l.job_title end,
    company_name = case when c.taken ? 'company_name' then c.taken ->> 'company_name' else l.company_name end,
    company_domain = case when c.taken ? 'company_domain' then c.taken ->> 'company_domain' else l.company_domain end,
    company_size = case when c.taken ? 'company_size' then c.taken ->> 'company_size' else l.company_size end,
    city = case when c.taken ? 'city' then c.taken ->> 'city' else l.city end,
    region = case when c.taken ? 'region' then c.taken ->> 'region' else l.region end,
    country = case when c.taken ? 'country' then c.taken ->> 'country' else l.country end,
    postal_code = case when c.taken ? 'postal_code' then c.taken ->> 'postal_code' else l.postal_code end,
    linkedin_url = case when c.taken ? 'linkedin_url' then c.taken ->> 'linkedin_url' else l.linkedin_url end,
    lead_source = case when c.taken ? 'lead_source' then c.taken ->> 'lead_source' else l.lead_source end,
    lead_status = case when c.taken ? 'lead_status' then c.taken ->> 'lead_status' else l.lead_status end,
    lead_score = case when c.taken ? 'lead_score' then (c.taken ->> 'lead_score')::numeric else l.lead_score end,
    attributes = lead_sync.apply_attributes(l.attributes, c.taken),
    deleted_at = case when not c.taken ? 'deleted' then l.deleted_at when c.taken -> 'deleted' = 'true' then c.deleted_at end,
    sync_status = c.sync_status,
    sync_direction = coalesce(c.sync_direction, l.sync_direction),
    sync_error_message = case when c.keeps_error then l.sync_error_message end,
    sync_error_count = case when c.keeps_error then l.sync_error_count else 0 end,
    left_out = c.left_out,
    last_synced_at = coalesce(c.last_synced_at, l.last_synced_at)
  from unnest(p_changes) as c
  where l.id = c.id and not c.is_new;
  update lead_sync.lead_states as s set joined = null -- restored, it is a lead of its own
  where s.lead_id = any (array(select c.id from unnest(p_changes) as c where c.taken -> 'deleted' = 'null')) and s.joined is not null;
end
$$;

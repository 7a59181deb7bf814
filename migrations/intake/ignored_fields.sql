-- The fields of a lead of another source and of its touch that are none of ours, and so were not taken.
create or replace function lead_sync.ignored_fields(p_lead jsonb) returns jsonb
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select coalesce(jsonb_agg(k order by k), '[]')
  from (
    select jsonb_object_keys(p_lead - array[
      'id', 'twenty_id', 'first_name', 'last_name', 'email', 'additional_emails', 'phone', 'additional_phones', 'job_title', 'company_name', 'company_domain',
      'company_size', 'city', 'region', 'country', 'postal_code', 'linkedin_url', 'lead_source', 'lead_status', 'lead_score', 'attributes', 'touch'
    ]) as k
    union all
    select 'touch.' || jsonb_object_keys((p_lead -> 'touch') - array[
      'source', 'external_id', 'kind', 'time', 'campaign', 'ad_set', 'ad', 'form', 'medium', 'landing_page', 'agent', 'duration_seconds', 'raw'
    ])
    where jsonb_typeof(p_lead -> 'touch') = 'object'
  ) as k
  where k not like 'attributes.%'
$$;

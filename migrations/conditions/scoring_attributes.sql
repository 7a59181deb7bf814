-- What rules can look at, in the order in which lead_sync.weigh_leads lists the values; attributes.<key> comes on top.
create or replace function lead_sync.scoring_attributes() returns text[]
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select array[
    'first_name', 'last_name', 'email', 'phone', 'job_title', 'company_name', 'company_domain', 'company_size', 'city', 'region', 'country', 'postal_code',
    'linkedin_url', 'lead_source', 'lead_status', 'created_at', 'email_domain', 'email_type', 'phone_country', 'country_code', 'lead_age_days',
    'company_employees', 'company_size_band', 'income_tier', 'segment', 'days_without_activity', 'activity_count'
  ]
$$;

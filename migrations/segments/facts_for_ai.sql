-- What AI is told of a lead: no name, e-mail, phone or link; of the attributes only those that the settings allow.
create or replace function lead_sync.facts_for_ai(p_lead public.leads, p_attributes text[]) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'job_title', lead_sync.without_personal_data(p_lead.job_title),
    'company_size', lead_sync.without_personal_data(p_lead.company_size),
    'company_size_band', p_lead.company_size_band,
    'country', lead_sync.without_personal_data(p_lead.country),
    'region', lead_sync.without_personal_data(p_lead.region),
    'income_tier', p_lead.income_tier,
    'email_type', case
      when position('@' in p_lead.email) = 0 then null
      when exists (select from public.free_email_domains as f where f.domain = lower(btrim(split_part(p_lead.email, '@', 2), e' \t\r\n\f\u000b\u00a0'))) then 'free'
      else 'corporate'
    end,
    'lead_source', lead_sync.without_personal_data(p_lead.lead_source),
    'attributes', (
      select jsonb_object_agg(a.key, lead_sync.without_personal_data(a.value))
      from jsonb_each_text(p_lead.attributes) as a
      where a.key = any (p_attributes)
    )
  ))
$$;

-- What a person holds, as a lead that conditions can be evaluated on: its texts and attributes. p_values: a snapshot.
create or replace function lead_sync.person_as_lead(p_values jsonb) returns public.leads
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_lead public.leads;
begin
  select
    (p_values ->> 'twenty_id')::uuid, p_values ->> 'first_name', p_values ->> 'last_name', p_values ->> 'email', p_values ->> 'phone', p_values ->> 'job_title',
    p_values ->> 'company_name', p_values ->> 'company_domain', p_values ->> 'company_size', p_values ->> 'city', p_values ->> 'region', p_values ->> 'country',
    p_values ->> 'postal_code', p_values ->> 'linkedin_url', p_values ->> 'lead_source', p_values ->> 'lead_status',
    case when jsonb_typeof(p_values -> 'attributes') = 'object' then p_values -> 'attributes' else '{}' end
  into
    v_lead.id, v_lead.first_name, v_lead.last_name, v_lead.email, v_lead.phone, v_lead.job_title,
    v_lead.company_name, v_lead.company_domain, v_lead.company_size, v_lead.city, v_lead.region, v_lead.country,
    v_lead.postal_code, v_lead.linkedin_url, v_lead.lead_source, v_lead.lead_status, v_lead.attributes;
  return v_lead;
end
$$;

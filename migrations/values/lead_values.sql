-- The values of a lead's row. Trims in place of calling clean, and of plain white space only: this runs for every lead of every page.
create or replace function lead_sync.lead_values(p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  space constant text := e' \t\r\n\f\u000b\u00a0';
  v_segment text;
begin
  if p_lead.segment_id is not null then
    select s.segment_name into v_segment from public.customer_segments as s where s.id = p_lead.segment_id;
  end if;
  return jsonb_strip_nulls(jsonb_build_object(
    'first_name', nullif(btrim(p_lead.first_name, space), ''),
    'last_name', nullif(btrim(p_lead.last_name, space), ''),
    'email', nullif(btrim(p_lead.email, space), ''),
    'phone', nullif(btrim(p_lead.phone, space), ''),
    'job_title', nullif(btrim(p_lead.job_title, space), ''),
    'company_name', nullif(btrim(p_lead.company_name, space), ''),
    'company_domain', nullif(btrim(p_lead.company_domain, space), ''),
    'company_size', nullif(btrim(p_lead.company_size, space), ''),
    'city', nullif(btrim(p_lead.city, space), ''),
    'region', nullif(btrim(p_lead.region, space), ''),
    'country', nullif(btrim(p_lead.country, space), ''),
    'postal_code', nullif(btrim(p_lead.postal_code, space), ''),
    'linkedin_url', nullif(btrim(p_lead.linkedin_url, space), ''),
    'lead_source', nullif(btrim(p_lead.lead_source, space), ''),
    'lead_status', nullif(btrim(p_lead.lead_status, space), ''),
    'lead_score', p_lead.lead_score,
    'segment', v_segment,
    'deleted', case when p_lead.deleted_at is not null then true end
  ))
  || case when p_lead.attributes = '{}' then '{}'::jsonb else lead_sync.attribute_values(p_lead.attributes) end
  || case
    when cardinality(p_lead.additional_emails) + cardinality(p_lead.additional_phones) = 0 then '{}'::jsonb
    else lead_sync.list_values(p_lead.additional_emails, p_lead.additional_phones)
  end;
end
$$;

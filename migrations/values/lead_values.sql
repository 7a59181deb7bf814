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
  -- texts by themselves: to look up the type of each value takes longer than all else
  return jsonb_strip_nulls(jsonb_object(
    '{first_name,last_name,email,phone,job_title,company_name,company_domain,company_size,city,region,country,postal_code,linkedin_url,lead_source,lead_status,segment}',
    array[
      nullif(btrim(p_lead.first_name, space), ''), nullif(btrim(p_lead.last_name, space), ''), nullif(btrim(p_lead.email, space), ''),
      nullif(btrim(p_lead.phone, space), ''), nullif(btrim(p_lead.job_title, space), ''), nullif(btrim(p_lead.company_name, space), ''),
      nullif(btrim(p_lead.company_domain, space), ''), nullif(btrim(p_lead.company_size, space), ''), nullif(btrim(p_lead.city, space), ''),
      nullif(btrim(p_lead.region, space), ''), nullif(btrim(p_lead.country, space), ''), nullif(btrim(p_lead.postal_code, space), ''),
      nullif(btrim(p_lead.linkedin_url, space), ''), nullif(btrim(p_lead.lead_source, space), ''), nullif(btrim(p_lead.lead_status, space), ''), v_segment
    ]
  ))
  || case when p_lead.lead_score is null then '{}'::jsonb else jsonb_build_object('lead_score', p_lead.lead_score) end
  || case when p_lead.deleted_at is null then '{}'::jsonb else '{"deleted": true}' end
  || case when p_lead.attributes = '{}' then '{}'::jsonb else lead_sync.attribute_values(p_lead.attributes) end
  || case
    when cardinality(p_lead.additional_emails) + cardinality(p_lead.additional_phones) = 0 then '{}'::jsonb
    else lead_sync.list_values(p_lead.additional_emails, p_lead.additional_phones)
  end;
end
$$;

-- Writes values into a lead's row; a null value blanks its field. p_values: {field: value}. Returns the row as it is then.
create or replace function lead_sync.set_values(p_lead public.leads, p_values jsonb) returns public.leads
language plpgsql volatile set search_path = '' as $$
declare
  v_lead public.leads := p_lead;
  v_field text;
begin
  for v_field in select jsonb_object_keys(p_values) loop
    v_lead := lead_sync.with_value(v_lead, v_field, p_values -> v_field);
  end loop;
  update public.leads as l set
    first_name = v_lead.first_name, last_name = v_lead.last_name, email = v_lead.email, additional_emails = v_lead.additional_emails, phone = v_lead.phone,
    additional_phones = v_lead.additional_phones, job_title = v_lead.job_title,
    company_name = v_lead.company_name, company_domain = v_lead.company_domain, company_size = v_lead.company_size, city = v_lead.city,
    region = v_lead.region, country = v_lead.country, postal_code = v_lead.postal_code, linkedin_url = v_lead.linkedin_url,
    lead_source = v_lead.lead_source, lead_status = v_lead.lead_status, lead_score = v_lead.lead_score, segment_id = v_lead.segment_id,
    attributes = v_lead.attributes, deleted_at = v_lead.deleted_at
  where l.id = v_lead.id
  returning l.* into v_lead;
  return v_lead;
end
$$;

-- Writes values into the rows of leads, all in one statement; a null value blanks its field. p_values: {lead_id: {field: value}}.
create or replace function lead_sync.set_lead_values(p_values jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  update public.leads as l set
    first_name = v.first_name, last_name = v.last_name, email = v.email, additional_emails = v.additional_emails, phone = v.phone,
    additional_phones = v.additional_phones, job_title = v.job_title,
    company_name = v.company_name, company_domain = v.company_domain, company_size = v.company_size, city = v.city,
    region = v.region, country = v.country, postal_code = v.postal_code, linkedin_url = v.linkedin_url,
    lead_source = v.lead_source, lead_status = v.lead_status, lead_score = v.lead_score, segment_id = v.segment_id,
    attributes = v.attributes, deleted_at = v.deleted_at
  from jsonb_each(p_values) as g
  join public.leads as o on o.id = g.key::uuid
  cross join lateral lead_sync.with_values(o, g.value) as v
  where l.id = o.id;
end
$$;

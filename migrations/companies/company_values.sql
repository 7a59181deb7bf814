-- The values of a company's row. Its revenue, in plain digits, and the currency are one value.
create or replace function lead_sync.company_values(p_company public.lead_companies) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'name', lead_sync.clean(p_company.name),
    'domain', p_company.domain,
    'linkedin_url', lead_sync.clean(p_company.linkedin_url),
    'employees', p_company.employees,
    'annual_revenue', case when p_company.annual_revenue is not null then
      jsonb_build_object('amount', trim_scale(p_company.annual_revenue)::text, 'currency', p_company.currency)
    end,
    'deleted', case when p_company.deleted_at is not null then true end
  ));
end
$$;

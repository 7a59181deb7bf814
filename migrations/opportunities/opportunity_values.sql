-- The values of an opportunity's row. The amount, in plain digits, and its currency are one value. A company that is named by the ID of its row here is the one of Twenty, once there is one.
create or replace function lead_sync.opportunity_values(p_opportunity public.opportunities) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return jsonb_strip_nulls(jsonb_build_object(
    'name', lead_sync.clean(p_opportunity.name),
    'amount', case when p_opportunity.amount is not null then
      jsonb_build_object('amount', trim_scale(p_opportunity.amount)::text, 'currency', p_opportunity.currency)
    end,
    'stage', lead_sync.clean(p_opportunity.stage),
    'close_date', to_char(p_opportunity.close_date at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
    'contact_id', lead_sync.contact_of(p_opportunity.lead_id, p_opportunity.contact_id),
    'company_id', coalesce((select c.twenty_id from public.lead_companies as c where c.id = p_opportunity.company_id), p_opportunity.company_id),
    'owner_id', p_opportunity.owner_id,
    'deleted', case when p_opportunity.deleted_at is not null then true end
  ));
end
$$;

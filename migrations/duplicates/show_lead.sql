-- A lead as somebody sees it who chooses which of two stays.
create or replace function lead_sync.show_lead(p_lead public.leads) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return lead_sync.lead_values(p_lead) || jsonb_build_object(
    'id', p_lead.id, 'twenty_id', p_lead.twenty_id, 'created_at', p_lead.created_at, 'updated_at', p_lead.updated_at,
    'touches', (select count(*) from public.lead_touches as t where t.lead_id = p_lead.id)
  );
end
$$;

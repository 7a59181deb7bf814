-- Of some leads, those that the filter leaves here.
create or replace function lead_sync.outside_leads(p_ids uuid[]) returns table (lead_id uuid, judged_by timestamptz)
language plpgsql stable rows 20 set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_filter lead_sync.lead_filters;
begin
  select * into v_filter from lead_sync.lead_filters as f where f.direction = 'to_twenty' and f.conditions is not null;
  if not found then
    return;
  end if;
  return query
  select w.lead_id, v_filter.changed_at
  from lead_sync.weigh_leads(array(select l from public.leads as l where l.id = any (p_ids)), lead_sync.filter_set('to_twenty')) as w
  where w.total < jsonb_array_length(v_filter.conditions);
end
$$;

-- At the start of a run: rows that came in beside the lead of their person, in transactions of which neither saw the other, hang on that lead now. Else see follow_leads.
create or replace function lead_sync.link_missed_rows(p_adapter text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_lead_ids uuid[];
begin
  if not exists (select from lead_sync.objects as o where o.adapter = p_adapter and o.of_lead) then
    return;
  end if;
  execute lead_sync.rows_sql(p_adapter, $sql$
    select array_agg(distinct p.id) from {table} as r join public.leads as p on p.twenty_id = r.contact_id where r.contact_id is not null and r.lead_id is null
  $sql$) into v_lead_ids;
  if v_lead_ids is not null then
    perform lead_sync.link_rows(p_adapter, v_lead_ids);
  end if;
end
$$;

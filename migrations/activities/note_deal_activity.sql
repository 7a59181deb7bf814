-- After deals were written: what happened with a deal happened with its lead, so that leads which got or lost one are scored anew where rules look at that. Nested loops: see note_lead_events.
create or replace function lead_sync.note_deal_activity() returns trigger
language plpgsql security definer set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = off as $$
declare
  v_lead_ids uuid[];
  v_deals uuid[];
begin
  if not lead_sync.looks_at_activity() then
    return null;
  elsif tg_op = 'INSERT' then
    select array_agg(n.lead_id), array_agg(n.twenty_id) into v_lead_ids, v_deals from new_rows as n where n.lead_id is not null and n.twenty_id is not null;
  else
    select array_agg(c.lead_id), array_agg(c.deal) into v_lead_ids, v_deals
    from new_rows as n
    join old_rows as o on o.id = n.id
    cross join lateral (values (n.lead_id, n.twenty_id), (o.lead_id, o.twenty_id)) as c (lead_id, deal)
    where c.lead_id is not null and c.deal is not null and (n.lead_id, n.twenty_id, n.deleted_at is null) is distinct from (o.lead_id, o.twenty_id, o.deleted_at is null);
  end if;
  if v_lead_ids is not null then
    perform lead_sync.rescore_deal_leads(v_lead_ids, v_deals);
  end if;
  return null;
end
$$;

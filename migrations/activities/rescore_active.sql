-- Has leads scored and classified anew whose activity changed, where published rules or segments look at it.
--   p_people, p_opportunities  ids of Twenty
create or replace function lead_sync.rescore_active(
  p_people uuid[] default null, p_opportunities uuid[] default null, p_lead_ids uuid[] default null
) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_engine text := current_setting('lead_sync.engine', true);
begin
  if coalesce(p_people, p_opportunities, p_lead_ids) is null or not lead_sync.looks_at_activity() then
    return;
  end if;
  perform set_config('lead_sync.engine', 'on', true);
  update public.leads as l set score_epoch = 0
  from (
    select k.id from public.leads as k
    where k.id in (
      select unnest(p_lead_ids)
      union all select p.id from public.leads as p where p.twenty_id = any (p_people)
      union all select o.lead_id from public.opportunities as o where o.twenty_id = any (p_opportunities)
    ) and k.score_epoch <> 0
    order by k.id
    for no key update
  ) as k
  where l.id = k.id;
  perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;

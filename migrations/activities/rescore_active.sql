-- Has leads scored and classified anew whose activity changed, where published rules or segments look at it.
--   p_people, p_opportunities  ids of Twenty
create or replace function lead_sync.rescore_active(
  p_people uuid[] default null, p_opportunities uuid[] default null, p_lead_ids uuid[] default null
) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_engine text := current_setting('lead_sync.engine', true);
  v_ids uuid[];
begin
  if coalesce(p_people, p_opportunities, p_lead_ids) is null or not lead_sync.looks_at_activity() then
    return;
  end if;
  v_ids := array(
    select unnest(p_lead_ids)
    union all select p.id from public.leads as p where p.twenty_id = any (p_people)
    union all select o.lead_id from public.opportunities as o where o.twenty_id = any (p_opportunities)
  );
  perform lead_sync.lock_leads(v_ids); -- whoever is scoring one has not read what is stored here
  perform set_config('lead_sync.engine', 'on', true);
  update public.leads as l set score_epoch = 0 where l.id = any (v_ids) and l.score_epoch <> 0;
  perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;

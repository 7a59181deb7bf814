-- Has leads scored anew that got or lost a deal with activities, lead by lead and deal by deal. One that somebody is writing is let be: whoever waited for it while holding deals would stand in the way
-- of who locks leads first; the next thing that happens with it has it scored.
--   p_deals  ids of Twenty
create or replace function lead_sync.rescore_deal_leads(p_lead_ids uuid[], p_deals uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
declare
  v_engine text := current_setting('lead_sync.engine', true);
begin
  perform set_config('lead_sync.engine', 'on', true);
  update public.leads as l set score_epoch = 0
  from (
    select k.id from public.leads as k
    where k.score_epoch <> 0 and k.id in (
      select c.lead_id from unnest(p_lead_ids, p_deals) as c (lead_id, deal)
      where exists (select from lead_sync.activity_links as a where a.opportunity_id = c.deal and a.deleted_at is null)
    )
    order by k.id
    for no key update skip locked
  ) as k
  where l.id = k.id;
  perform set_config('lead_sync.engine', coalesce(v_engine, 'off'), true);
end
$$;

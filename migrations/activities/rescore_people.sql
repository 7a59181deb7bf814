-- Has leads scored anew that got a person with whom something happened.
create or replace function lead_sync.rescore_people(p_lead_ids uuid[]) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' set enable_nestloop = on as $$
begin
  perform lead_sync.rescore_active(p_lead_ids => array(
    select l.id from public.leads as l
    where l.id = any (p_lead_ids) and exists (select from lead_sync.activity_links as k where k.person_id = l.twenty_id and k.deleted_at is null)
  ));
end
$$;

-- After a lead got a status by which it is qualified: since when, the first time only. Of leads that come from Twenty with it, nobody knows since when.
create or replace function lead_sync.note_qualified() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  insert into lead_sync.qualified_leads (lead_id, qualified_at)
  select new.id, now() where lower(btrim(new.lead_status)) = any (lead_sync.qualified_statuses())
  on conflict (lead_id) do nothing;
  return null;
end
$$;

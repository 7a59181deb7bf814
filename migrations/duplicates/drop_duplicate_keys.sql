-- The keys of a lead go with it. A trigger, as a foreign key would be looked up for each key that is written.
create or replace function lead_sync.drop_duplicate_keys() returns trigger
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  delete from lead_sync.duplicate_keys as k where k.lead_id = any (array(select o.lead_id from old_marks as o));
  return null;
end
$$;

-- The keys of a lead go with it. A trigger, as a foreign key would be looked up for each key that is written, and would need an index by lead.
create or replace function lead_sync.drop_duplicate_keys() returns trigger
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  delete from lead_sync.duplicate_keys as k
  where k.ctid = any (array(
    select p.place
    from old_marks as o
    cross join unnest(o.keys) as e (key)
    cross join lateral (select d.ctid as place from lead_sync.duplicate_keys as d where d.key = e.key and d.lead_id = o.lead_id offset 0) as p
  ));
  return null;
end
$$;

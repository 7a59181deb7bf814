-- The version of the scoring rules in force, once all leads were looked at by it; else null. A lead that scores by it as before keeps an older one in its breakdown.
create or replace function lead_sync.settled_version() returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  return (
    select s.version from lead_sync.scoring_state as s
    where s.version > 0 and s.epoch <= (select min(case when r.is_sure then r.epoch else 0 end) from lead_sync.scoring_ranges as r)
  );
end
$$;

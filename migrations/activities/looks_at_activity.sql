-- Whether the published rules or the segments look at a lead's activity: where none does, nothing of it is worked out.
create or replace function lead_sync.looks_at_activity() returns boolean
language plpgsql stable set search_path = '' as $$
begin
  return exists (
    select from lead_sync.condition_sets as c
    where (c.set_no = 0 or c.set_no = (select s.version from lead_sync.scoring_state as s))
      and true = any (c.used[array_position(lead_sync.scoring_attributes(), 'days_without_activity'):array_position(lead_sync.scoring_attributes(), 'activity_count')])
  );
end
$$;

-- Whoever changes the sales reps waits for an assignment that is under way: a lead that it finds nobody for is then looked at again.
create or replace function lead_sync.wait_for_assignment() returns trigger
language plpgsql volatile set search_path = '' as $$
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.assign_leads'));
  return null;
end
$$;

-- At the end of a drain: what it claimed and did not finish waits for the next one.
create or replace function lead_sync.give_hints_back(p_run_id uuid) returns void
language sql volatile set search_path = '' as $$
  update lead_sync.inbox as i set run_id = null, hinted_again_at = null where i.run_id = p_run_id;
$$;

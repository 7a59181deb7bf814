-- The state of rules and tables that a transaction goes by when it scores. Until it ends, a step that has leads looked at in a later epoch can tell (take_stale_leads): what this
-- transaction writes may not be seen yet. Read again after that is told, as the epoch may have gone up in between.
create or replace function lead_sync.scoring_state_in_use() returns lead_sync.scoring_state
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_state lead_sync.scoring_state;
  v_told integer;
begin
  loop
    select * into strict v_state from lead_sync.scoring_state;
    exit when v_state.epoch = v_told;
    perform pg_advisory_xact_lock_shared(hashtext('lead_sync.scoring_state'), v_state.epoch);
    v_told := v_state.epoch;
  end loop;
  return v_state;
end
$$;

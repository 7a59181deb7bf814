-- Whether an error is nothing that one row did: it ends the whole call. Connection, rollback and deadlock, resources, shutdown and cancellation, system, locks.
create or replace function lead_sync.ends_the_call(p_state text) returns boolean
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select p_state ~ '^(08|40|53|57|58)' or p_state = '55P03'
$$;

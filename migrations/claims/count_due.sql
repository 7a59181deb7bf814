-- How many rows of an adapter are due now; stops counting at 100,000.
create or replace function lead_sync.count_due(p_adapter text) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select count(*)::integer
    from (select from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp() limit 100000) as due
  );
end
$$;

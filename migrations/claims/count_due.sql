-- How many rows of an adapter are due now, leads that another filter left here among them; stops counting at 100,000.
create or replace function lead_sync.count_due(p_adapter text) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_since timestamptz := lead_sync.outside_since();
begin
  return (
    select count(*)::integer
    from (
      select 1 from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at <= clock_timestamp()
      union all
      select 1 from lead_sync.lead_states as s where s.adapter = p_adapter and s.due_at is null and s.outside_by < v_since
      limit 100000
    ) as due
  );
end
$$;

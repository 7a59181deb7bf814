-- How many hints of a source are due now, counted up to 100,000.
create or replace function lead_sync.count_intake(p_source text) returns integer
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select count(*)
    from (
      select from lead_sync.intake_inbox as i
      where i.source = p_source and i.done_at is null and i.due_at <= clock_timestamp()
      limit 100000
    ) as due
  );
end
$$;

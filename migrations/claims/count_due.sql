-- How many leads are due now; stops counting at 100,000.
create or replace function lead_sync.count_due() returns integer
language sql volatile set search_path = '' as $$
  select count(*)::integer
  from (select from lead_sync.lead_states as s where s.due_at <= clock_timestamp() limit 100000) as due
$$;

-- Of the records that one call asked for, so many may be missing before that looks like another workspace; as the reconciliation has it.
create or replace function lead_sync.is_suspicious(p_items jsonb) returns boolean
language sql stable set search_path = '' as $$
  select count(*) filter (where (i -> 'snapshot' ->> 'absent')::boolean) > greatest(20, s.reconcile_orphaned_share * count(*))
  from jsonb_array_elements(p_items) as i cross join lead_sync.settings as s
  group by s.reconcile_orphaned_share
$$;

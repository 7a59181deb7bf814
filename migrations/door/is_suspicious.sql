-- Of the records that one call asked for, so many may be missing before that looks like another workspace; as the reconciliation has it. p_items: those of them that may be missing.
create or replace function lead_sync.is_suspicious(p_items jsonb, p_asked integer) returns boolean
language sql stable set search_path = '' as $$
  select count(*) filter (where (i -> 'snapshot' ->> 'absent')::boolean) > greatest(20, s.reconcile_orphaned_share * p_asked)
  from jsonb_array_elements(p_items) as i cross join lead_sync.settings as s
  group by s.reconcile_orphaned_share
$$;

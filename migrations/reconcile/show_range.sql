-- A range as it travels to its caller and back: {after, through, changed_since, changed_before}, each null for no bound. Null where all ids are read.
create or replace function lead_sync.show_range(p_reconciliation lead_sync.reconciliations, p_range lead_sync.id_ranges) returns jsonb
language sql stable set search_path = '' as $$
  select case when p_range.step is not null and p_reconciliation.changed_since is not null then jsonb_build_object(
    'after', nullif(p_range.after, '00000000-0000-0000-0000-000000000000'),
    'through', nullif(p_range.through, 'ffffffff-ffff-ffff-ffff-ffffffffffff'),
    'changed_since', case when p_range.step = 'changed' then p_reconciliation.changed_since end,
    'changed_before', case when p_range.step = 'summarise' then p_reconciliation.changed_since end
  ) end
$$;

-- The kinds of findings that this reconciliation repairs, by the settings. Under suspicion nothing of what Twenty has is taken.
create or replace function lead_sync.kinds_to_repair(p_reconciliation lead_sync.reconciliations) returns text[]
language sql stable set search_path = '' as $$
  select coalesce(array_agg(k.kind), '{}')
  from lead_sync.settings as s
  cross join lateral (values
    ('missing', s.reconcile_missing = 'repair' and p_reconciliation.suspicion is null),
    ('different', s.reconcile_different = 'repair' and p_reconciliation.suspicion is null),
    ('orphaned', s.reconcile_orphaned = 'repair' and p_reconciliation.suspicion is null),
    ('unsynced', s.reconcile_unsynced = 'repair'),
    ('impossible', s.reconcile_unsynced = 'repair')
  ) as k (kind, allowed)
  where k.allowed and not p_reconciliation.report_only
$$;

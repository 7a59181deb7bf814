-- Renews the lease of a reconciliation and returns its row, locked. Raises PT409 like hold_run, 22023 for a run of another kind.
create or replace function lead_sync.hold_reconciliation(p_run jsonb) returns lead_sync.reconciliations
language plpgsql volatile set search_path = '' as $$
declare
  v_run public.lead_sync_runs := lead_sync.hold_run(p_run);
  v_reconciliation lead_sync.reconciliations;
begin
  select * into v_reconciliation from lead_sync.reconciliations as r where r.run_id = v_run.id for update;
  if not found then
    raise exception 'p_run must be the run of a reconciliation'
      using errcode = '22023', hint = 'Start one with the direction bidirectional and the mode reconcile.';
  end if;
  return v_reconciliation;
end
$$;

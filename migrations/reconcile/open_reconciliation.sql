-- Prepares a reconciliation's run; what a dead one left behind goes. p_options: {report_only}.
create or replace function lead_sync.open_reconciliation(p_run_id uuid, p_options jsonb) returns void
language plpgsql volatile set search_path = '' as $$
begin
  delete from lead_sync.reconciliations as r where r.run_id <> p_run_id;
  insert into lead_sync.reconciliations (run_id, report_only) values (p_run_id, coalesce((p_options ->> 'report_only')::boolean, false));
end
$$;

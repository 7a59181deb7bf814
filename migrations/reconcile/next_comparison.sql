-- What a reconciliation does next, as compare_lead_ids and compare_lead_ranges answer.
-- {next: compare | summarise | repair | finish | stop, range, position, counts, read_started_at, error}; range: {after, through, changed_since, changed_before},
-- each null for no bound, the range null for all ids: its ids are to be read from the position on, or a summary of it.
create or replace function lead_sync.next_comparison(p_run_id uuid) returns jsonb
language plpgsql volatile set search_path = '' as $$
declare
  v_reconciliation lead_sync.reconciliations;
  v_range lead_sync.id_ranges;
begin
  select * into strict v_reconciliation from lead_sync.reconciliations as r where r.run_id = p_run_id;
  v_range := lead_sync.current_range(p_run_id);
  return jsonb_build_object(
    'next', case
      when v_range.step = 'summarise' then 'summarise'
      when not v_reconciliation.compared then 'compare'
      when v_reconciliation.suspicion is not null then 'stop'
      when exists (
        select from lead_sync.findings as f
        where f.run_id = p_run_id and f.kind = any (lead_sync.kinds_to_repair(v_reconciliation)) and f.kind in ('missing', 'different', 'orphaned')
      ) then 'repair'
      else 'finish'
    end,
    'range', lead_sync.show_range(v_reconciliation, v_range),
    'position', v_reconciliation.position,
    'counts', lead_sync.count_findings(p_run_id),
    'read_started_at', clock_timestamp(),
    'error', v_reconciliation.suspicion
  );
end
$$;

-- Ends a reconciliation: its run keeps the counts, up to 20 examples of each kind, and a suspicion as a warning.
create or replace function lead_sync.close_reconciliation(p_run_id uuid) returns void
language plpgsql volatile set search_path = '' as $$
declare
  v_counts jsonb := lead_sync.count_findings(p_run_id);
  v_gone integer;
begin
  execute lead_sync.rows_sql(lead_sync.adapter_of_run(p_run_id), $sql$
    select count(*)
    from lead_sync.findings as f
    join {table} as l on l.twenty_id = f.subject
    join lead_sync.lead_states as s on s.lead_id = l.id
    where f.run_id = $1 and f.kind = 'orphaned' and s.gone
  $sql$) into v_gone using p_run_id;
  update public.lead_sync_runs as r set
    figures = r.figures || v_counts || jsonb_build_object('gone', v_gone),
    findings = (
      select coalesce(jsonb_object_agg(k.kind, k.examples), '{}')
      from (
        select f.kind, jsonb_agg(f.detail order by f.subject) as examples
        from (
          select f.*, row_number() over (partition by f.kind order by f.subject) as place from lead_sync.findings as f where f.run_id = p_run_id
        ) as f
        where f.place <= 20
        group by f.kind
      ) as k
    ),
    warnings = case when c.suspicion is null then r.warnings else r.warnings || jsonb_build_array(c.suspicion) end
  from lead_sync.reconciliations as c
  where r.id = p_run_id and c.run_id = p_run_id;
  delete from lead_sync.reconciliations as c where c.run_id = p_run_id;
end
$$;

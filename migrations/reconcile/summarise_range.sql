-- What the leads of a range should look like in Twenty, of those whose person has not changed since: {count, updated_from, updated_to, created_from, created_to}.
-- Live people only, since Twenty keeps others in its bin that no lead ever had; those without a lead whom the filter leaves outside, too. People whose difference this
-- run has found already are left out.
create or replace function lead_sync.summarise_range(p_run_id uuid, p_after uuid, p_through uuid, p_changed_before timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_adapter text := lead_sync.adapter_of_run(p_run_id);
  v_summary jsonb;
begin
  execute lead_sync.rows_sql(v_adapter, $sql$
    select jsonb_build_object(
      'count', count(*),
      'updated_from', min(p.updated_at), 'updated_to', max(p.updated_at),
      'created_from', min(p.created_at), 'created_to', max(p.created_at)
    )
    from (
      select s.remote_updated_at as updated_at, s.remote_created_at as created_at
      from {table} as l
      join lead_sync.lead_states as s on s.lead_id = l.id
      where l.twenty_id > $2 and l.twenty_id <= $3
        and s.remote_updated_at < $4 and not s.gone and not s.base_remote ? 'deleted'
        and not exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'different' and f.subject = l.twenty_id)
      union all
      select o.updated_at, o.created_at
      from lead_sync.people_outside as o
      where $5 = 'lead' and o.twenty_id > $2 and o.twenty_id <= $3 and o.updated_at < $4
        and not exists (select from {table} as l where l.twenty_id = o.twenty_id)
        and not exists (select from lead_sync.findings as f where f.run_id = $1 and f.kind = 'missing' and f.subject = o.twenty_id)
    ) as p
  $sql$) into v_summary using p_run_id, p_after, p_through, p_changed_before, v_adapter;
  return v_summary;
end
$$;

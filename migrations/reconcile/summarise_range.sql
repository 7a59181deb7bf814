-- What the leads of a range should look like in Twenty, of those whose person has not changed since: {count, updated_from, updated_to, created_from, created_to}.
-- Live people only, since Twenty keeps others in its bin that no lead ever had. People whose difference this run has found already are left out.
create or replace function lead_sync.summarise_range(p_run_id uuid, p_after uuid, p_through uuid, p_changed_before timestamptz) returns jsonb
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  return (
    select jsonb_build_object(
      'count', count(*),
      'updated_from', min(s.remote_updated_at), 'updated_to', max(s.remote_updated_at),
      'created_from', min(s.remote_created_at), 'created_to', max(s.remote_created_at)
    )
    from public.leads as l
    join lead_sync.lead_states as s on s.lead_id = l.id
    where l.twenty_id > p_after and l.twenty_id <= p_through
      and s.remote_updated_at < p_changed_before and not s.gone and not s.base_remote ? 'deleted'
      and not exists (select from lead_sync.findings as f where f.run_id = p_run_id and f.kind = 'different' and f.subject = l.twenty_id)
  );
end
$$;

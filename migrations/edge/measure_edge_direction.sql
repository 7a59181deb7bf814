-- A direction's last success, what runs, and its last run; checks do not count. Null where no table goes that way.
create or replace function lead_sync.measure_edge_direction(p_direction text, p_now timestamptz) returns jsonb
language plpgsql stable set search_path = '' as $$
declare
  v_since timestamptz := (select min(s.enabled_at) from lead_sync.edge_states as s where s.direction = p_direction);
  v_success timestamptz;
  v_last lead_sync.edge_runs;
begin
  if v_since is null then
    return null;
  end if;
  select r.finished_at into v_success from lead_sync.edge_runs as r
  where r.direction = p_direction and r.mode in ('changes', 'rebuild') and r.status = 'succeeded' and r.started_at <= p_now
  order by r.started_at desc limit 1;
  select * into v_last from lead_sync.edge_runs as r
  where r.direction = p_direction and r.mode in ('changes', 'rebuild') and r.started_at <= p_now
  order by r.started_at desc limit 1;
  -- a run that is alive and reports counts as success so far
  if v_last.status = 'running' and v_last.lease_until > p_now then
    v_success := p_now;
  end if;
  return jsonb_build_object(
    'last_success', v_success,
    'minutes', round(extract(epoch from p_now - coalesce(v_success, v_since)) / 60, 1),
    'running_since', case when v_last.status = 'running' and v_last.lease_until > p_now then v_last.started_at end,
    'last_run', case when v_last.id is not null then jsonb_build_object(
      'id', v_last.id, 'mode', v_last.mode, 'status', v_last.status, 'started_at', v_last.started_at, 'finished_at', v_last.finished_at,
      'progress', v_last.progress, 'figures', v_last.figures, 'error', lead_sync.mask_text(v_last.error)
    ) end
  );
end
$$;

-- Ends a run; of a check, notes what e-mails look like, and cleans up. A call that comes twice is answered twice.
--   p_request  {run, status: succeeded | failed | stopped, error}
-- Returns {finished: true, run: {id, direction, mode, status, started_at, finished_at, seconds, figures, findings, error}} or {finished: false, reason}.
create or replace function public.finish_edge_run(p_request jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_status text := coalesce(p_request ->> 'status', 'succeeded');
  v_run lead_sync.edge_runs;
begin
  if v_status not in ('succeeded', 'failed', 'stopped') then
    raise exception 'status must be succeeded, failed or stopped, got %', v_status using errcode = '22023';
  end if;
  select * into v_run from lead_sync.edge_runs as r
  where r.id = (p_request #>> '{run,id}')::uuid and r.token = (p_request #>> '{run,token}')::uuid
  for update;
  if v_run.status = 'running' then
    perform lead_sync.hold_edge_run(p_request -> 'run');
    if v_run.mode = 'check' then
      perform lead_sync.close_edge_check(v_run, v_status);
    end if;
    update lead_sync.edge_runs as r
    set status = v_status, error = lead_sync.mask_text(p_request ->> 'error', 2000), finished_at = clock_timestamp()
    where r.id = v_run.id
    returning * into v_run;
  elsif v_run.status is distinct from v_status then
    return jsonb_build_object(
      'finished', false, 'reason', format('Run %s is not running any more: its lease was taken over, or it is finished', coalesce(p_request #>> '{run,id}', 'null'))
    );
  end if;
  return jsonb_build_object(
    'finished', true,
    'run', (to_jsonb(v_run) - 'token' - 'lease_until') || jsonb_build_object(
      'seconds', round(extract(epoch from v_run.finished_at - v_run.started_at)::numeric, 3),
      'figures', '{"calls": 0, "rows_read": 0, "rows_written": 0, "rows": 0, "refused": 0}'::jsonb || v_run.figures
    )
  );
end
$$;

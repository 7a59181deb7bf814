-- Stops a run from here: what it has stored stays, and its next call is refused, so that it ends. Leads that it has claimed are free when their lease ends; the next run goes on where this one was.
-- Returns {stopped, run}: false when it had ended before. Raises 22023 when there is no such run.
create or replace function public.stop_sync_run(p_run_id uuid) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
  v_stopped boolean;
begin
  select * into v_run from public.lead_sync_runs as r where r.id = p_run_id for update;
  if not found then
    raise exception 'There is no run %', p_run_id using errcode = '22023', hint = 'get_sync_runs() lists them.';
  end if;
  v_stopped := v_run.status = 'running';
  if v_stopped then
    perform public.finish_sync_run(jsonb_build_object('id', v_run.id, 'token', v_run.token), 'stopped', 'Stopped by ' || lead_sync.actor());
    perform public.note_action('stop_sync_run', jsonb_build_object('run_id', p_run_id, 'direction', v_run.direction, 'mode', v_run.mode));
    select * into v_run from public.lead_sync_runs as r where r.id = p_run_id;
  end if;
  return jsonb_build_object('stopped', v_stopped, 'run', lead_sync.show_run(v_run));
end
$$;

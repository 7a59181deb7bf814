-- Ends a run and writes its own history row, so that a quiet system still shows that it lives.
--   p_status  succeeded | failed | stopped
--   p_error   what went wrong; kept, shown and returned without secrets and personal data, 2,000 characters at most
-- Returns {finished: true, again, run: {id, direction, mode, status, started_at, finished_at, seconds, figures, findings, warnings, error}} or {finished: false, reason}.
-- again: a webhook asked for a run while this one was running; start the next one. A call that comes twice is answered twice.
create or replace function public.finish_sync_run(p_run jsonb, p_status text default 'succeeded', p_error text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
begin
  if p_status is null or p_status not in ('succeeded', 'failed', 'stopped') then
    raise exception 'p_status must be succeeded, failed or stopped, got %', p_status using errcode = '22023';
  end if;
  update public.lead_sync_runs as r
  set status = p_status, error = lead_sync.mask_text(p_error, 2000), finished_at = clock_timestamp()
  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if found then
    if v_run.mode = 'reconcile' then
      perform lead_sync.close_reconciliation(v_run.id);
      select * into v_run from public.lead_sync_runs as r where r.id = v_run.id;
    end if;
    if v_run.mode = 'inbox' then
      perform lead_sync.give_hints_back(v_run.id);
    end if;

    insert into public.lead_sync_history (run_id, sync_type, sync_direction, sync_status, error_message, created_at, synced_at)
    values (
      v_run.id,
      case
        when v_run.mode = 'reconcile' then 'reconcile'
        when v_run.mode = 'inbox' or v_run.trigger = 'webhook' then 'webhook_update'
        when v_run.trigger = 'manual' then 'manual'
        when v_run.direction = 'twenty_to_supabase' then 'scheduled_pull'
        else 'scheduled_push'
      end,
      v_run.direction,
      case when p_status = 'failed' then 'error' else 'synced' end,
      v_run.error,
      v_run.started_at,
      v_run.finished_at
    );
  else
    select * into v_run from public.lead_sync_runs as r
    where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = p_status;
    if not found then
      return jsonb_build_object(
        'finished', false, 'reason', format('Run %s is not running any more: its lease was taken over, or it is finished', coalesce(p_run ->> 'id', 'null'))
      );
    end if;
  end if;

  return jsonb_build_object(
    'finished', true,
    'again', v_run.called_again,
    'run', (to_jsonb(v_run) - 'token' - 'lease_until' - 'called_again') || jsonb_build_object(
      'seconds', round(extract(epoch from v_run.finished_at - v_run.started_at)::numeric, 3),
      'figures', '{
        "pages": 0, "read": 0, "created": 0, "updated": 0, "linked": 0, "unchanged": 0, "conflicts": 0, "stale": 0, "held": 0, "rejected": 0,
        "joined": 0, "pushed": 0, "pushed_created": 0, "pushed_updated": 0, "errors": 0, "dead": 0, "twenty_calls": 0
      }'::jsonb || v_run.figures
    )
  );
end
$$;

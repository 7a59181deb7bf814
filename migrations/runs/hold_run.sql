-- Renews a run's lease, notes how far its caller has come (p_run's "progress", 0 to 1) and what Twenty allows by now (its "calls_per_minute"), and returns its row; null for no run. Raises PT409 when another run has taken over or the run is finished.
create or replace function lead_sync.hold_run(p_run jsonb) returns public.lead_sync_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
begin
  if p_run is null or p_run = 'null' then
    return null;
  end if;
  update public.lead_sync_runs as r
  set lease_until = clock_timestamp() + (select s.lease from lead_sync.settings as s), progress = coalesce((p_run ->> 'progress')::real, r.progress),
    figures = case
      when p_run ->> 'calls_per_minute' is null then r.figures
      else r.figures || jsonb_build_object('twenty_calls_per_minute', (p_run ->> 'calls_per_minute')::bigint)
    end
  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if not found then
    raise exception 'Sync run % is not running any more: its lease was taken over, or it is finished', p_run ->> 'id'
      using errcode = 'PT409', hint = 'Stop this run. The next scheduled run resumes where the last stored page ended.';
  end if;
  return v_run;
end
$$;

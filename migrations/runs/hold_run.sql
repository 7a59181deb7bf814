-- Renews a run's lease, notes how far its caller has come (p_run's "progress", 0 to 1) and what Twenty allows by now (its "calls_per_minute"), and returns its row; null for no run. Raises PT409 when another run has taken over or the run is finished, and when a field is another one in Twenty since it began: what it read is of the old place, and would count as agreed at the new one.
create or replace function lead_sync.hold_run(p_run jsonb) returns public.lead_sync_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run public.lead_sync_runs;
  v_moved text;
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
    and not exists (select from lead_sync.field_mappings as m where m.object = r.object and m.place_since > r.started_at)
  returning * into v_run;
  if not found then
    select string_agg(format('%s is now %s in Twenty', m.lead_field, m.twenty_field), ', ' order by m.lead_field) into v_moved
    from public.lead_sync_runs as r
    join lead_sync.field_mappings as m on m.object = r.object and m.place_since > r.started_at
    where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running';
    if v_moved is not null then
      raise exception 'Sync run % began before the mapping changed: %', p_run ->> 'id', v_moved
        using errcode = 'PT409', hint = 'The next run goes on where its last stored page ended, with the mapping as it is now.';
    end if;
    raise exception 'Sync run % is not running any more: its lease was taken over, or it is finished', p_run ->> 'id'
      using errcode = 'PT409', hint = 'Stop this run. The next scheduled run resumes where the last stored page ended.';
  end if;
  return v_run;
end
$$;

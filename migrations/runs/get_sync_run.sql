-- One run, with what failed in it and how much of what it changed is kept and can be undone.
-- Returns {run: as in get_sync_runs, and findings, errors: [{error, leads, lead_id}], the 10 most frequent; changed: {leads, values}}. Raises 22023 when there is no such run.
create or replace function public.get_sync_run(p_run_id uuid) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_run public.lead_sync_runs;
begin
  select * into v_run from public.lead_sync_runs as r where r.id = p_run_id;
  if not found then
    raise exception 'There is no run %', p_run_id using errcode = '22023', hint = 'Runs are kept for runs_days of the settings.';
  end if;
  return jsonb_build_object(
    'run', lead_sync.show_run(v_run),
    'errors', (
      select coalesce(jsonb_agg(to_jsonb(e) order by e.leads desc, e.error), '[]')
      from (
        select h.error_message as error, count(distinct h.lead_id) as leads, min(h.lead_id::text) as lead_id
        from public.lead_sync_history as h
        where h.run_id = p_run_id and h.sync_status = 'error' and h.lead_id is not null
          and h.synced_at between v_run.started_at and coalesce(v_run.finished_at, clock_timestamp())
        group by h.error_message order by 2 desc, 1 limit 10
      ) as e
    ),
    'changed', (
      select jsonb_build_object('leads', count(distinct c.lead_id), 'values', coalesce(sum((select count(*) from jsonb_object_keys(c.after))), 0))
      from lead_sync.lead_changes as c where c.run_id = p_run_id
    )
  );
end
$$;

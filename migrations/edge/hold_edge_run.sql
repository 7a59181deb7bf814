-- Renews a run's lease and adds what its caller spent on D1 since the last call. Returns its row. Raises PT409 when another run has taken over or it is finished.
--   p_run      {id, token, calls?, rows_read?, rows_written?, progress?}
--   p_figures  what else to add up: {rows, refused, …}
create or replace function lead_sync.hold_edge_run(p_run jsonb, p_figures jsonb default '{}') returns lead_sync.edge_runs
language plpgsql volatile set search_path = '' as $$
declare
  v_run lead_sync.edge_runs;
begin
  update lead_sync.edge_runs as r
  set lease_until = clock_timestamp() + (select s.lease from lead_sync.settings as s), progress = coalesce((p_run ->> 'progress')::real, r.progress),
    figures = r.figures || (
      select coalesce(jsonb_object_agg(f.key, coalesce((r.figures ->> f.key)::bigint, 0) + f.value), '{}')
      from (
        select e.key, sum((e.value #>> '{}')::bigint) as value
        from (
          select * from jsonb_each(p_run) as c where c.key in ('calls', 'rows_read', 'rows_written') and jsonb_typeof(c.value) = 'number'
          union all
          select * from jsonb_each(p_figures)
        ) as e
        group by e.key
      ) as f
    )
  where r.id = (p_run ->> 'id')::uuid and r.token = (p_run ->> 'token')::uuid and r.status = 'running'
  returning * into v_run;
  if not found then
    raise exception 'Edge run % is not running any more: its lease was taken over, or it is finished', coalesce(p_run ->> 'id', 'null')
      using errcode = 'PT409', hint = 'Stop this run. The next one goes on with what is still due.';
  end if;
  return v_run;
end
$$;

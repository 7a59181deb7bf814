-- Runs, the newest first.
--   p_status    running | succeeded | failed | stopped | expired; null: all      p_limit  1 to 1,000      p_position  the position of the page before
-- Returns {runs: [{id, direction, mode, trigger, object, rows_of, status, resumed, figures, progress, error, warnings, started_at, finished_at, seconds, is_alive}], has_next, position};
-- rows_of: the object where it is another than leads; is_alive: it runs and its lease has not ended, so that no other takes over. Raises 22023 on a malformed call.
create or replace function public.get_sync_runs(p_status text default null, p_limit integer default 50, p_position text default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_runs jsonb;
  v_has_next boolean;
  v_position text;
begin
  if p_status not in ('running', 'succeeded', 'failed', 'stopped', 'expired') then
    raise exception 'p_status must be running, succeeded, failed, stopped or expired, got %', p_status using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+ [0-9a-f-]{36}$' then
    raise exception 'p_position must come from the page before' using errcode = '22023';
  end if;
  with page as materialized (
    select r.* from public.lead_sync_runs as r
    where (p_status is null or r.status = p_status)
      and (p_position is null or (r.started_at, r.id) < (split_part(p_position, ' ', 1)::timestamptz, split_part(p_position, ' ', 2)::uuid))
    order by r.started_at desc, r.id desc
    limit p_limit + 1
  ),
  shown as materialized (select * from page as p order by p.started_at desc, p.id desc limit p_limit)
  select
    coalesce(jsonb_agg(lead_sync.show_run(s) - 'findings' order by s.started_at desc, s.id desc), '[]'), (select count(*) > p_limit from page),
    (select to_jsonb(l.started_at) #>> '{}' || ' ' || l.id from shown as l order by l.started_at, l.id limit 1)
  into v_runs, v_has_next, v_position
  from shown as s;
  return jsonb_build_object('runs', v_runs, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;

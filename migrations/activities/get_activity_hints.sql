-- The activities and links that webhooks named, those that wait longest first. They leave the inbox when store_activities is given them back with what was read,
-- unless more hints came meanwhile; two readers at once do no harm.
--   p_limit    1 to 1,000
--   p_objects  those that are read; null: all
-- Returns {hints: [{object, record_id, hints}], remaining, read_started_at}.
create or replace function public.get_activity_hints(p_limit integer default 1000, p_objects text[] default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_objects text[] := array(select o.object from lead_sync.activity_objects() as o where p_objects is null or o.object = any (p_objects));
  v_hints jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  select coalesce(jsonb_agg(jsonb_build_object('object', i.object, 'record_id', i.record_id, 'hints', i.hints) order by i.object, i.record_id), '[]') into v_hints
  from (
    select n.object, n.record_id, n.hints from lead_sync.inbox as n
    where n.object = any (v_objects) and n.due_at <= clock_timestamp()
    order by n.due_at, n.record_id
    limit p_limit
  ) as i;
  return jsonb_build_object(
    'hints', v_hints,
    'remaining', (
      select count(*) - jsonb_array_length(v_hints)
      from (select from lead_sync.inbox as n where n.object = any (v_objects) and n.due_at <= clock_timestamp() limit 100000) as waiting
    ),
    'read_started_at', clock_timestamp()
  );
end
$$;

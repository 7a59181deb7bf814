-- Notes which tasks are in Twenty. p_results: [{task_id, lead_id, rule_key, ok, error}] of get_follow_ups.
-- Returns {confirmed, failed, unknown}; unknown: the task is none of get_follow_ups.
create or replace function public.confirm_follow_ups(p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_answer jsonb;
begin
  if jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_results must be an array of {task_id, lead_id, rule_key, ok, error}' using errcode = '22023';
  end if;
  with stated as materialized (
    select distinct on (l.id, r ->> 'rule_key')
      l.id as lead_id, r ->> 'rule_key' as rule_key, coalesce(r -> 'ok' = 'true', false) as ok, left(r ->> 'error', 500) as error
    from jsonb_array_elements(p_results) as r
    join public.leads as l on l.id = case when lead_sync.is_uuid(r ->> 'lead_id') then (r ->> 'lead_id')::uuid end
    join public.follow_up_rules as u on u.rule_key = split_part(r ->> 'rule_key', ':', 1)
    where r ->> 'task_id' = lead_sync.follow_up_id(l.id, r ->> 'rule_key', 'task')::text
    order by l.id, r ->> 'rule_key', r -> 'ok' desc
  ),
  note as (
    insert into lead_sync.follow_ups as f (task_id, lead_id, rule_key, done_at, error, tried_at)
    select lead_sync.follow_up_id(s.lead_id, s.rule_key, 'task'), s.lead_id, s.rule_key, case when s.ok then now() end, s.error, now()
    from stated as s
    -- one that went over to another lead with a merge stays there
    where not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(s.lead_id, s.rule_key, 'task') and h.lead_id <> s.lead_id)
    on conflict (lead_id, rule_key) do update set task_id = case when f.done_at is null then excluded.task_id else f.task_id end, done_at = coalesce(f.done_at, excluded.done_at), error = excluded.error, tried_at = excluded.tried_at
  )
  select jsonb_build_object(
    'confirmed', count(*) filter (where s.ok), 'failed', count(*) filter (where not s.ok), 'unknown', jsonb_array_length(p_results) - count(*)
  )
  into v_answer
  from stated as s;
  return v_answer;
end
$$;

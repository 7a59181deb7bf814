-- Assigns what arrived, and lists what Twenty does not have of it yet, the longest waiting first. Leads that are not in Twenty yet come once they are; one that failed, again after five minutes.
-- Returns {object, share_calls, owner_field, assignments: [{lead_id, twenty_id, member_id, task_id, title, body, due_at}], has_next, open_tasks: [{lead_id, task_id}]}; owner_field: the relation of the object that
-- takes member_id, null: a task does; open_tasks: those to look at in Twenty, as their leads are escalated within two minutes unless somebody has begun them.
create or replace function public.get_lead_assignments(p_limit integer default 100) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_assignments jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  perform lead_sync.assign_leads();
  select coalesce(jsonb_agg(k.assignment order by k.touch_id), '[]') into v_assignments
  from (
    select a.touch_id, jsonb_build_object(
      'lead_id', l.id, 'twenty_id', l.twenty_id, 'member_id', a.member_id,
      'task_id', coalesce(f.task_id, lead_sync.follow_up_id(l.id, 'new lead', 'task')),
      'title', left(lead_sync.fill_in(s.task_title, t.plain), 200),
      'body', left(lead_sync.fill_in(s.task_body, t.escaped), 5000),
      'due_at', a.arrived_at + coalesce(s.escalate_after[1], interval '1 hour')
    ) as assignment
    from public.lead_assignments as a
    join public.leads as l on l.id = a.lead_id and l.twenty_id is not null and l.deleted_at is null
    left join lead_sync.lead_states as st on st.lead_id = l.id
    left join lead_sync.follow_ups as f on f.lead_id = l.id and f.rule_key = 'new lead' -- no rule has a key with a space
    cross join lead_sync.assignment_settings as s
    cross join lateral (
      select jsonb_object_agg(f.key, lead_sync.normal_text(f.value)) as plain, jsonb_object_agg(f.key, lead_sync.escape_markdown(f.value)) as escaped
      from jsonb_each_text(jsonb_build_object(
        'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email), lead_sync.clean(l.phone), 'this lead'),
        'company', coalesce(lead_sync.clean(l.company_name), 'no company'), 'source', a.source, 'score', coalesce(trim_scale(l.lead_score)::text, 'none')
      )) as f
    ) as t
    where a.member_id is not null and a.in_twenty_at is null and (a.tried_at is null or a.tried_at < clock_timestamp() - interval '5 minutes')
      and not coalesce(st.gone, false)
    order by a.touch_id
    limit p_limit + 1
  ) as k;
  return jsonb_build_object(
    'object', (select n.object from lead_sync.settings as n),
    'share_calls', (select n.share_calls from lead_sync.settings as n),
    'owner_field', (select s.owner_field from lead_sync.assignment_settings as s),
    'assignments', jsonb_path_query_array(v_assignments, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
    'has_next', jsonb_array_length(v_assignments) > p_limit,
    'open_tasks', (
      select coalesce(jsonb_agg(jsonb_build_object('lead_id', o.lead_id, 'task_id', o.task_id)), '[]')
      from (
        select a.lead_id, f.task_id
        from public.lead_assignments as a
        join lead_sync.follow_ups as f on f.lead_id = a.lead_id and f.rule_key = 'new lead'
        cross join lead_sync.assignment_settings as s
        where a.first_response_at is null and a.in_twenty_at is not null
          and a.arrived_at > clock_timestamp() - interval '3 days'
          and a.arrived_at + s.escalate_after[a.escalation + 1] <= clock_timestamp() + interval '2 minutes'
        order by a.touch_id
        limit 500
      ) as o
    )
  );
end
$$;

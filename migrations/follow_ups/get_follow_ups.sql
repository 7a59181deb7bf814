-- Leads at or above a rule's score that have no task yet, those whose call was missed, and those with whom nothing happens, the highest scores first. Leads that are not in Twenty yet come once they are.
-- Returns {tasks: [{task_id, target_id, lead_id, twenty_id, rule_key, title, body, due_at, assignee_id, score}], has_next}; one that failed comes again after an hour.
-- Each is noted as it is handed out: from then on it is no activity, whatever becomes of what is said of it.
create or replace function public.get_follow_ups(p_limit integer default 100) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_tasks jsonb;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  with quiet as (
    -- whoever is quiet for longer is asked for by no rule that has a limit
    select min(clock_timestamp() - make_interval(days => r.idle_days + r.max_lead_age_days)) as since
    from public.follow_up_rules as r where r.enabled and r.occasion = 'no_activity'
    having count(r.max_lead_age_days) > 0
  ),
  heard_of as materialized (
    select l.id as lead_id from quiet as q join public.leads as l on l.created_at > q.since
    union select t.lead_id from quiet as q join public.lead_touches as t on t.touched_at > q.since and t.kind in ('form', 'call')
    union
    select coalesce(o.lead_id, l.id)
    from quiet as q
    join lead_sync.activities as a on a.happened_at > q.since
    join lead_sync.activity_links as k on k.kind = a.kind and k.activity_id = a.twenty_id
    left join public.leads as l on l.twenty_id = k.person_id
    left join public.opportunities as o on o.twenty_id = k.opportunity_id
  ),
  occasion as (
    select l.id as lead_id, r.rule_key, r.rule_key as task_key
    from public.follow_up_rules as r
    join public.leads as l
      on l.lead_score >= r.lowest_score and (r.max_lead_age_days is null or l.created_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
    where r.enabled and r.occasion = 'score'
    union all
    select distinct t.lead_id, r.rule_key, r.rule_key || ':' || to_char(t.touched_at at time zone 'UTC', 'YYYY-MM-DD')
    from public.follow_up_rules as r
    join public.lead_touches as t
      on t.outcome = 'missed' and (r.max_lead_age_days is null or t.touched_at > clock_timestamp() - make_interval(days => r.max_lead_age_days))
    where r.enabled and r.occasion = 'missed_call'
      and not exists (select from public.lead_touches as a where a.lead_id = t.lead_id and a.outcome = 'answered' and a.touched_at > t.touched_at)
    union all
    select l.id, r.rule_key, r.rule_key || ':' || to_char(coalesce(a.last_at, l.created_at) at time zone 'UTC', 'YYYY-MM-DD')
    from public.follow_up_rules as r
    join public.leads as l
      on l.created_at < clock_timestamp() - make_interval(days => r.idle_days) and l.deleted_at is null and l.twenty_id is not null
        and coalesce(l.lead_score, 0) >= r.lowest_score and (r.max_lead_age_days is null or l.id in (select h.lead_id from heard_of as h where h.lead_id is not null))
    cross join lateral lead_sync.activity_of(l.id, l.twenty_id, clock_timestamp()) as a
    where r.enabled and r.occasion = 'no_activity' and a.next_at is null
      and coalesce(a.last_at, l.created_at) < clock_timestamp() - make_interval(days => r.idle_days)
      and (r.max_lead_age_days is null or coalesce(a.last_at, l.created_at) > clock_timestamp() - make_interval(days => r.idle_days + r.max_lead_age_days))
  )
  select coalesce(jsonb_agg(k.task order by k.lead_score desc nulls last, k.id, k.task_key), '[]') into v_tasks
  from (
    select l.lead_score, l.id, o.task_key, jsonb_build_object(
      'task_id', lead_sync.follow_up_id(l.id, o.task_key, 'task'),
      'target_id', lead_sync.follow_up_id(l.id, o.task_key, 'target'),
      'lead_id', l.id, 'twenty_id', l.twenty_id, 'rule_key', o.task_key,
      'title', left(lead_sync.fill_in(r.title, t.plain), 200),
      'body', left(lead_sync.fill_in(r.body, t.escaped), 5000),
      'due_at', clock_timestamp() + make_interval(days => r.due_in_days),
      'assignee_id', r.assignee_id, 'score', l.lead_score
    ) as task
    from occasion as o
    join public.follow_up_rules as r on r.rule_key = o.rule_key
    join public.leads as l on l.id = o.lead_id and l.twenty_id is not null and l.deleted_at is null and coalesce(l.lead_score, 0) >= r.lowest_score
    left join lead_sync.follow_ups as f on f.lead_id = l.id and f.rule_key = o.task_key
    left join public.customer_segments as s on s.id = l.segment_id
    left join lead_sync.lead_states as st on st.lead_id = l.id
    cross join lateral (
      select jsonb_object_agg(f.key, lead_sync.normal_text(f.value)) as plain, jsonb_object_agg(f.key, lead_sync.escape_markdown(f.value)) as escaped
      from jsonb_each_text(jsonb_build_object(
        'name', coalesce(nullif(concat_ws(' ', lead_sync.clean(l.first_name), lead_sync.clean(l.last_name)), ''), lead_sync.clean(l.email), lead_sync.clean(l.phone), 'this lead'),
        'phone', coalesce(lead_sync.clean(l.phone), 'no number'),
        'company', coalesce(lead_sync.clean(l.company_name), 'no company'), 'score', trim_scale(coalesce(l.lead_score, 0)), 'segment', coalesce(s.segment_name, 'no segment')
      )) as f
    ) as t
    where not coalesce(st.gone, false) and case
      -- one that went over to a lead with which this one was merged once stays there
      when f.task_id is null then not exists (select from lead_sync.follow_ups as h where h.task_id = lead_sync.follow_up_id(l.id, o.task_key, 'task'))
      else f.done_at is null and f.tried_at < clock_timestamp() - interval '1 hour'
    end
    order by l.lead_score desc nulls last, l.id, o.task_key
    limit p_limit + 1
  ) as k;
  insert into lead_sync.follow_ups (task_id, lead_id, rule_key, tried_at)
  select (t.task ->> 'task_id')::uuid, (t.task ->> 'lead_id')::uuid, t.task ->> 'rule_key', '-infinity'
  from jsonb_array_elements(v_tasks) with ordinality as t (task, place)
  where t.place <= p_limit
  order by 2, 3 -- one order everywhere means no deadlock
  on conflict do nothing;
  return jsonb_build_object(
    'tasks', jsonb_path_query_array(v_tasks, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
    'has_next', jsonb_array_length(v_tasks) > p_limit
  );
end
$$;

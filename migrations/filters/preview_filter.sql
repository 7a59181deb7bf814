-- What a filter would change, without setting it: looks at leads, or at linked people as they were last read, by both filters. What people outside hold is not kept here.
--   p_direction, p_conditions  as set_filter takes them
--   p_sample                   1 to 50,000 leads, spread over all by their random ids
-- Returns {direction, looked_at, complete, inside, leave, enter, unread, examples: {leave: [lead_id], enter: [lead_id]}}; complete: all were looked at; unread: people
-- whom the present filter leaves outside, who would be read again. Raises 22023 when the conditions cannot be evaluated.
create or replace function public.preview_filter(p_direction text, p_conditions jsonb default null, p_sample integer default 10000) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_conditions jsonb := nullif(p_conditions, 'null');
  v_now jsonb := (select f.conditions from lead_sync.lead_filters as f where f.direction = p_direction);
  v_problem text := lead_sync.filter_problem(p_direction, nullif(p_conditions, 'null'));
  v_leads public.leads[];
  v_answer jsonb;
begin
  if p_direction is null or p_direction not in ('to_twenty', 'to_supabase') then
    raise exception 'p_direction must be to_twenty or to_supabase, got %', p_direction using errcode = '22023';
  elsif p_sample is null or p_sample not between 1 and 50000 then
    raise exception 'p_sample must be between 1 and 50,000, got %', p_sample using errcode = '22023';
  elsif v_problem is not null then
    raise exception 'Filter %: %', p_direction, v_problem using errcode = '22023', hint = 'Correct it and look again.';
  end if;
  if p_direction = 'to_twenty' then
    v_leads := array(select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample);
  else
    v_leads := array(
      select lead_sync.person_as_lead(s.base_remote || jsonb_build_object('twenty_id', l.id, 'attributes', (
        select coalesce(jsonb_object_agg(substr(e.key, 12), e.value), '{}') from jsonb_each(s.base_remote) as e where e.key like 'attributes.%'
      )))
      from public.leads as l join lead_sync.lead_states as s on s.lead_id = l.id
      where l.twenty_id is not null and l.deleted_at is null and not exists (select from lead_sync.people_outside as o where o.twenty_id = l.twenty_id)
      order by l.id
      limit p_sample
    );
  end if;
  begin
    perform lead_sync.compile_filter(-5, v_conditions);
    with judged as materialized (
      select b.lead_id, v_now is null or b.total >= jsonb_array_length(v_now) as was_inside, v_conditions is null or a.total >= jsonb_array_length(v_conditions) as is_inside
      from lead_sync.weigh_leads(v_leads, lead_sync.filter_set(p_direction)) as b
      join lead_sync.weigh_leads(v_leads, -5) as a on a.lead_id = b.lead_id
    )
    select jsonb_build_object(
      'direction', p_direction,
      'looked_at', count(*),
      'complete', count(*) < p_sample,
      'inside', count(*) filter (where j.is_inside),
      'leave', count(*) filter (where j.was_inside and not j.is_inside),
      'enter', count(*) filter (where j.is_inside and not j.was_inside),
      'unread', case when p_direction = 'to_supabase' then (select count(*) from lead_sync.people_outside) else 0 end,
      'examples', jsonb_build_object(
        'leave', coalesce((array_to_json((array_agg(j.lead_id order by j.lead_id) filter (where j.was_inside and not j.is_inside))[:20]))::jsonb, '[]'),
        'enter', coalesce((array_to_json((array_agg(j.lead_id order by j.lead_id) filter (where j.is_inside and not j.was_inside))[:20]))::jsonb, '[]')
      )
    )
    into v_answer
    from judged as j;
    raise exception using errcode = 'LSPRV', message = 'Previewed: taken back';
  exception when sqlstate 'LSPRV' then
    null; -- what the variable holds is not taken back
  end;
  return v_answer;
end
$$;

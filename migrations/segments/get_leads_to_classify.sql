-- Leads that rules leave undecided or are not sure of, for AI. Each is asked about once; again when its facts change, or the segments where none fitted.
-- An answer that could not be taken is asked for again twice.
--   p_limit      1 to 200 leads
--   p_threshold  leads whose rules' confidence is below it
--   p_position   of the page before; null for the first page
-- Returns {segments: [{segment, description}], leads: [{lead_id, facts, rules_segment, rules_confidence}], has_next, position}.
create or replace function public.get_leads_to_classify(p_limit integer default 20, p_threshold numeric default 0.7, p_position uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_attributes text[];
  v_offered text := lead_sync.offered_segments();
  v_leads jsonb;
begin
  if p_limit is null or p_limit not between 1 and 200 then
    raise exception 'p_limit must be between 1 and 200, got %', p_limit using errcode = '22023';
  elsif p_threshold is null or p_threshold not between 0 and 1 then
    raise exception 'p_threshold must be between 0 and 1, got %', p_threshold using errcode = '22023';
  end if;
  select s.ai_attributes into strict v_attributes from lead_sync.settings as s;

  select coalesce(jsonb_agg(k.item order by k.id), '[]') into v_leads
  from (
    select l.id, jsonb_build_object(
      'lead_id', l.id, 'facts', f.facts, 'rules_segment', s.segment_name, 'rules_confidence', case when s.id is not null then l.segment_confidence end
    ) as item
    from public.leads as l
    left join public.customer_segments as s on s.id = l.segment_id and l.segment_source = 'rules'
    left join lead_sync.ai_answers as a on a.lead_id = l.id
    cross join lateral (select lead_sync.facts_for_ai(l, v_attributes) as facts offset 0) as f
    where (p_position is null or l.id > p_position)
      and l.deleted_at is null
      and l.segment_source is distinct from 'human'
      and (l.segment_id is null or l.segment_source = 'ai' or l.segment_confidence < p_threshold)
      and f.facts <> '{}'
      and v_offered is not null
      and (
        a.facts is distinct from md5(f.facts::text)
        or (a.segment_id is null and (a.offered <> v_offered or a.rejections between 1 and 2))
      )
    order by l.id
    limit p_limit + 1
  ) as k;

  return jsonb_build_object(
    'segments', (
      select coalesce(jsonb_agg(jsonb_build_object('segment', s.segment_name, 'description', s.description) order by s.priority, s.segment_name), '[]')
      from public.customer_segments as s where s.enabled
    ),
    'leads', jsonb_path_query_array(v_leads, '$[0 to $last]', jsonb_build_object('last', p_limit - 1)),
    'has_next', jsonb_array_length(v_leads) > p_limit,
    'position', v_leads -> least(p_limit, jsonb_array_length(v_leads)) - 1 -> 'lead_id'
  );
end
$$;

-- Takes what AI answered. Of rules and AI the surer one stays, human choices always do; AI counts as at most 0.9 sure. Bad answers are reported, the others applied.
--   p_results  up to 1,000 {lead_id, segment, confidence, facts}; segment null: none fits, which is remembered so that it is not asked again; facts: those that AI was told,
--     so that a lead that was edited meanwhile is asked about again
-- Returns {applied, kept, rejected, results: [{lead_id, result: applied | kept | rejected, segment, confidence, reason}]}.
create or replace function public.apply_ai_segments(p_results jsonb) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_now timestamptz := clock_timestamp();
  v_state lead_sync.scoring_state;
  v_attributes text[];
  v_offered text := coalesce(lead_sync.offered_segments(), '');
  v_ids uuid[];
  v_applied uuid[];
  v_due uuid[];
  v_results jsonb;
begin
  if jsonb_typeof(p_results) is distinct from 'array' then
    raise exception 'p_results must be an array of {lead_id, segment, confidence}' using errcode = '22023';
  elsif jsonb_array_length(p_results) > 1000 then
    raise exception 'At most 1,000 answers a call, got %', jsonb_array_length(p_results) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
  select s.ai_attributes into strict v_attributes from lead_sync.settings as s;
  v_state := lead_sync.scoring_state_in_use();
  perform set_config('lead_sync.engine', 'on', true);

  select array_agg(k.id) into v_ids
  from (
    select l.id from public.leads as l
    where l.id in (select (a ->> 'lead_id')::uuid from jsonb_array_elements(p_results) as a where lead_sync.ai_answer_problem(a) is null)
    order by l.id
    for no key update
  ) as k;

  with answer as materialized (
    select a.ordinality, a.value, p.problem, case when lead_sync.is_uuid(a.value ->> 'lead_id') then (a.value ->> 'lead_id')::uuid end as lead_id,
      case when p.problem is null then least(0.9, trim_scale(round((a.value ->> 'confidence')::numeric, 4))) end as confidence,
      row_number() over (partition by a.value ->> 'lead_id', p.problem is null order by a.ordinality desc) > 1 as repeated
    from jsonb_array_elements(p_results) with ordinality as a
    cross join lateral (select lead_sync.ai_answer_problem(a.value) as problem) as p
  ),
  judged as materialized (
    select a.*, s.id as segment_id, s.segment_name, l.id is not null as is_known, l.segment_id as segment_before, l.sync_status, lead_sync.facts_for_ai(l, v_attributes) as facts,
      case
        when a.problem is not null then 'rejected'
        when l.id is null or a.repeated then 'rejected'
        when l.deleted_at is not null or s.id is null then 'kept'
        when l.segment_source = 'human' then 'kept'
        when l.segment_source = 'rules' and l.segment_confidence >= a.confidence then 'kept'
        else 'applied'
      end as result,
      case
        when a.problem is not null then a.problem
        when l.id is null then 'There is no lead ' || a.lead_id
        when a.repeated then 'Lead ' || a.lead_id || ' is answered again later in this list'
        when l.deleted_at is not null then 'The lead is deleted'
        when s.id is null then 'No segment fits, says AI'
        when l.segment_source = 'human' then 'Somebody chose the segment by hand'
        when l.segment_source = 'rules' and l.segment_confidence >= a.confidence then 'The rules are at least as sure'
      end as reason
    from answer as a
    left join public.leads as l on l.id = a.lead_id
    left join public.customer_segments as s on a.problem is null and s.enabled and lower(s.segment_name) = lower(btrim(a.value ->> 'segment'))
  ),
  remember as (
    insert into lead_sync.ai_answers as w (lead_id, facts, offered, segment_id, confidence, rejections, answered_at)
    select distinct on (j.lead_id)
      j.lead_id, md5(coalesce(j.value -> 'facts', j.facts)::text), v_offered, j.segment_id, j.confidence, (j.result = 'rejected')::integer, v_now
    from judged as j
    where j.is_known
    order by j.lead_id, j.result = 'rejected'
    on conflict (lead_id) do update set
      facts = excluded.facts, offered = excluded.offered, segment_id = excluded.segment_id, confidence = excluded.confidence,
      rejections = excluded.rejections
        + case when excluded.rejections > 0 and w.facts = excluded.facts and w.offered = excluded.offered then w.rejections else 0 end,
      answered_at = excluded.answered_at
  ),
  write_leads as (
    update public.leads as l set
      segment_id = j.segment_id, segment_confidence = j.confidence, segment_source = 'ai',
      sync_status = case when j.segment_id is distinct from j.segment_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
    from judged as j
    where l.id = j.lead_id and j.result = 'applied'
  )
  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'lead_id', case when jsonb_typeof(j.value) = 'object' then j.value -> 'lead_id' end, 'result', j.result, 'segment', j.segment_name,
        'confidence', j.confidence, 'reason', j.reason
      ) order by j.ordinality
    ), '[]'),
    array_agg(j.lead_id) filter (where j.result = 'applied'),
    array_agg(j.lead_id) filter (where j.result = 'applied' and j.segment_id is distinct from j.segment_before and j.sync_status <> 'error')
  into v_results, v_applied, v_due
  from judged as j;
  perform lead_sync.queue_assessed(v_due);

  if v_applied is not null and v_state.version > 0 then
    perform lead_sync.write_scores(v_applied, v_state);
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'applied', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'applied'),
    'kept', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'kept'),
    'rejected', (select count(*) from jsonb_array_elements(v_results) as r where r ->> 'result' = 'rejected'),
    'results', v_results
  );
end
$$;

-- Segments by AI: which leads it is asked about, what it is told, and what of its answers is taken.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

alter table lead_sync.settings add column if not exists ai_attributes text[] not null default '{}';
comment on column lead_sync.settings.ai_attributes is 'Keys of attributes that may be shown to the AI that classifies leads; none unless named here';

-- What AI said of a lead, about which facts and segments: it is asked again when the facts have changed, when none fitted and the segments have changed,
-- and up to three times while its answers cannot be taken.
create table if not exists lead_sync.ai_answers (
  lead_id uuid primary key references public.leads (id) on delete cascade,
  facts text not null,
  offered text not null,
  segment_id uuid references public.customer_segments (id) on delete set null,
  confidence numeric,
  rejections integer not null default 0,
  answered_at timestamptz not null default now()
);
comment on column lead_sync.ai_answers.facts is 'MD5 of the facts that AI was told';
comment on column lead_sync.ai_answers.offered is 'MD5 of the segments that AI could choose from, with their descriptions';
comment on column lead_sync.ai_answers.rejections is 'Answers in a row, about these facts and segments, that could not be taken';
create index if not exists ai_answers_segment_id_idx on lead_sync.ai_answers (segment_id) where segment_id is not null;

-- A text that may be shown to AI: cut at 200 characters, e-mail addresses, links and digits that could be a phone number taken out.
create or replace function lead_sync.without_personal_data(p_text text) returns text
language sql immutable parallel safe set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
  select nullif(btrim(regexp_replace(regexp_replace(regexp_replace(left(p_text, 200),
    '[^\s@<>]*@[^\s@<>]*', '[removed]', 'g'), '(https?://|www\.)\S*', '[removed]', 'gi'), '\+?\d[\d\s().-]{6,}\d', '[removed]', 'g')), '')
$$;

-- What AI is told of a lead: no name, e-mail, phone or link; of the attributes only those that the settings allow.
create or replace function lead_sync.facts_for_ai(p_lead public.leads, p_attributes text[]) returns jsonb
language sql stable set search_path = '' as $$
  select jsonb_strip_nulls(jsonb_build_object(
    'job_title', lead_sync.without_personal_data(p_lead.job_title),
    'company_size', lead_sync.without_personal_data(p_lead.company_size),
    'company_size_band', p_lead.company_size_band,
    'country', lead_sync.without_personal_data(p_lead.country),
    'region', lead_sync.without_personal_data(p_lead.region),
    'income_tier', p_lead.income_tier,
    'email_type', case
      when position('@' in p_lead.email) = 0 then null
      when exists (select from public.free_email_domains as f where f.domain = lower(btrim(split_part(p_lead.email, '@', 2), e' \t\r\n\f\u000b\u00a0'))) then 'free'
      else 'corporate'
    end,
    'lead_source', lead_sync.without_personal_data(p_lead.lead_source),
    'attributes', (
      select jsonb_object_agg(a.key, lead_sync.without_personal_data(a.value))
      from jsonb_each_text(p_lead.attributes) as a
      where a.key = any (p_attributes)
    )
  ))
$$;

-- The segments that AI can choose from, as one value that changes with them.
create or replace function lead_sync.offered_segments() returns text
language sql stable set search_path = '' as $$
  select md5(string_agg(concat_ws(e'\t', s.segment_name, s.description), e'\n' order by s.segment_name))
  from public.customer_segments as s where s.enabled
$$;

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

-- Why an answer of AI cannot be taken, or null. Nothing that AI says is trusted: it may have followed an instruction in a lead's text.
create or replace function lead_sync.ai_answer_problem(p_answer jsonb) returns text
language sql stable set search_path = '' as $$
  select case
    when jsonb_typeof(p_answer) is distinct from 'object' then 'The answer is not an object: expected {"lead_id": …, "segment": …, "confidence": 0.8}'
    when not coalesce(lead_sync.is_uuid(p_answer ->> 'lead_id'), false) then 'lead_id must be the UUID of a lead, got ' || coalesce(left(p_answer ->> 'lead_id', 60), 'nothing')
    when coalesce(jsonb_typeof(p_answer -> 'segment'), 'null') not in ('string', 'null') then 'Lead ' || (p_answer ->> 'lead_id') || ': segment must be a name or null'
    when jsonb_typeof(p_answer -> 'segment') = 'string'
      and not exists (select from public.customer_segments as s where s.enabled and lower(s.segment_name) = lower(btrim(p_answer ->> 'segment'))) then
      'Lead ' || (p_answer ->> 'lead_id') || ': there is no segment "' || left(p_answer ->> 'segment', 60) || '"'
    when jsonb_typeof(p_answer -> 'segment') = 'string' and jsonb_typeof(p_answer -> 'confidence') is distinct from 'number' then
      'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be a number from 0 to 1'
    when jsonb_typeof(p_answer -> 'segment') = 'string' and (p_answer ->> 'confidence')::numeric not between 0 and 1 then
      'Lead ' || (p_answer ->> 'lead_id') || ': confidence must be from 0 to 1, got ' || left(p_answer ->> 'confidence', 20)
  end
$$;

-- Takes what AI answered. Of rules and AI the surer one stays, human choices always do; AI counts as at most 0.9 sure. Bad answers are reported, the others applied.
--   p_results  up to 1,000 {lead_id, segment, confidence}; segment null: none fits, which is remembered so that it is not asked again
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
  select * into strict v_state from lead_sync.scoring_state;
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
      j.lead_id, md5(j.facts::text), v_offered, j.segment_id, j.confidence, (j.result = 'rejected')::integer, v_now
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
      sync_status = case when j.segment_id is distinct from j.segment_before and l.sync_status = 'synced' then 'pending' else l.sync_status end
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

alter table lead_sync.ai_answers enable row level security;
revoke all on lead_sync.ai_answers from public, anon, authenticated;
grant select, insert, update, delete on lead_sync.ai_answers to service_role;
revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.get_leads_to_classify(integer, numeric, uuid) from public, anon, authenticated;
grant execute on function public.get_leads_to_classify(integer, numeric, uuid) to service_role;
revoke all on function public.apply_ai_segments(jsonb) from public, anon, authenticated;
grant execute on function public.apply_ai_segments(jsonb) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

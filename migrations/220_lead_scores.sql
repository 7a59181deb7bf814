-- Scores and segments of many leads: in batches that stay under the API's statement limit, written as the sync's own and queued for Twenty.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Works out bands, tiers and segments of leads and writes those that changed. The caller has locked the leads; the engine is on.
-- Returns {changed, undecided}; a changed segment makes the lead due, and its score stale when rules look at segments.
create or replace function lead_sync.write_segments(p_lead_ids uuid[]) returns jsonb
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads public.leads[];
  v_changed uuid[];
  v_answer jsonb;
begin
  with outdated as materialized (
    select l.id, l.company_size, l.country, l.region, l.postal_code
    from public.leads as l
    join unnest(p_lead_ids) as i (id) on i.id = l.id
    where l.score_epoch < (select s.enriched_epoch from lead_sync.scoring_state as s)
  ),
  -- once a size and a place, of which there are few, not once a lead
  size as materialized (
    select d.company_size, lead_sync.employees(d.company_size) as employees, lead_sync.size_band(d.company_size) as band
    from (select distinct o.company_size from outdated as o where o.company_size is not null) as d
  ),
  place as materialized (
    select d.country, d.region, d.postal_code, lead_sync.income_tier(d.country, d.region, d.postal_code) as tier
    from (select distinct o.country, coalesce(o.region, '') as region, coalesce(o.postal_code, '') as postal_code from outdated as o where o.country is not null) as d
  ),
  derived as materialized (
    select o.id, s.employees, s.band, p.tier
    from outdated as o
    left join size as s on s.company_size = o.company_size
    left join place as p on p.country = o.country and p.region = coalesce(o.region, '') and p.postal_code = coalesce(o.postal_code, '')
  )
  update public.leads as l set company_employees = d.employees, company_size_band = d.band, income_tier = d.tier
  from derived as d
  where l.id = d.id and (l.company_employees, l.company_size_band, l.income_tier) is distinct from (d.employees, d.band, d.tier);

  select array_agg(l) into v_leads
  from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
  where l.deleted_at is null;

  with classified as materialized (
    select c.* from lead_sync.classify_leads(v_leads) as c
  ),
  write_leads as (
    update public.leads as l set
      segment_id = c.segment_id,
      segment_confidence = c.confidence,
      segment_source = c.source,
      score_epoch = case when c.segment_id is distinct from c.segment_before and u.used then 0 else l.score_epoch end,
      sync_status = case when c.segment_id is distinct from c.segment_before and l.sync_status = 'synced' then 'pending' else l.sync_status end
    from classified as c
    cross join (
      select exists (
        select from lead_sync.conditions as n join lead_sync.scoring_state as s on s.version = n.set_no
        where s.version > 0 and n.attribute_no = array_position(lead_sync.scoring_attributes(), 'segment')
      ) as used
    ) as u
    where l.id = c.lead_id
      and (c.segment_id, c.confidence, c.source) is distinct from (c.segment_before, c.confidence_before, c.source_before)
  )
  select
    jsonb_build_object(
      'changed', count(*) filter (where c.segment_id is distinct from c.segment_before), 'undecided', count(*) filter (where c.segment_id is null)
    ),
    array_agg(c.lead_id) filter (where c.segment_id is distinct from c.segment_before and c.status_before <> 'error')
  into v_answer, v_changed
  from classified as c;
  perform lead_sync.queue_assessed(v_changed);
  return v_answer;
end
$$;

-- Scores leads by a published version and writes them. The caller has locked the leads; the engine is on. Returns how many scores changed.
-- A refused lead (sync_status error) is not tried again for the sake of a score: it goes out with the rest once the lead is corrected or replayed.
create or replace function lead_sync.write_scores(p_lead_ids uuid[], p_state lead_sync.scoring_state) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_common jsonb := jsonb_build_object('version', p_state.version, 'scored_at', clock_timestamp());
  v_leads public.leads[];
  v_changed uuid[];
  v_due uuid[];
begin
  select array_agg(l) into v_leads
  from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
  where l.deleted_at is null;

  with weighed as materialized (
    select w.*, least(100, greatest(0, round(w.total))) as score
    from lead_sync.weigh_leads(v_leads, p_state.version) as w
  ),
  write_leads as (
    update public.leads as l set
      lead_score = w.score,
      score_breakdown = v_common || jsonb_build_object('raw', w.total, 'score', w.score, 'rules', w.points, 'groups', w.groups),
      score_epoch = p_state.epoch,
      rescore_at = w.next_at,
      sync_status = case when w.score is distinct from w.score_before and l.sync_status = 'synced' then 'pending' else l.sync_status end
    from weighed as w
    where l.id = w.lead_id
  )
  select array_agg(w.lead_id), array_agg(w.lead_id) filter (where w.status_before <> 'error')
  into v_changed, v_due
  from weighed as w
  where w.score is distinct from w.score_before;
  perform lead_sync.queue_assessed(v_due, 'lead_score');

  update public.leads as l set score_epoch = p_state.epoch, rescore_at = null
  from unnest(p_lead_ids) as i (id)
  where l.id = i.id and l.deleted_at is not null;
  return coalesce(cardinality(v_changed), 0);
end
$$;

-- Locks the leads of one step, in id order where all are waited for; stale ones that another session holds are left to it.
--   p_scope  ids: those of p_lead_ids; all: by id, behind p_position; undecided: the same without a segment; stale: rules, criteria or tables changed since, or time passed
create or replace function lead_sync.lock_leads_to_assess(p_lead_ids uuid[], p_scope text, p_limit integer, p_position uuid) returns uuid[]
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_epoch integer;
  v_ids uuid[];
  v_rest uuid[];
begin
  if p_scope = 'ids' then
    select array_agg(k.id) into v_ids
    from (select l.id from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id order by l.id for no key update of l) as k;
  elsif p_scope = 'stale' then
    select s.epoch into strict v_epoch from lead_sync.scoring_state as s;
    -- in the index's order, which is the order of the table: a look at every stale lead would cost more with each step
    select array_agg(k.id) into v_ids
    from (
      select l.id from public.leads as l where l.score_epoch < v_epoch order by l.score_epoch limit p_limit for no key update skip locked
    ) as k;
    if coalesce(cardinality(v_ids), 0) < p_limit then
      select array_agg(k.id) into v_rest
      from (
        select l.id from public.leads as l
        where l.rescore_at <= clock_timestamp() and l.score_epoch >= v_epoch
        order by l.rescore_at
        limit p_limit - coalesce(cardinality(v_ids), 0)
        for no key update skip locked
      ) as k;
      v_ids := coalesce(v_ids, '{}') || coalesce(v_rest, '{}');
    end if;
  else
    select array_agg(k.id) into v_ids
    from (
      select l.id from public.leads as l
      where (p_position is null or l.id > p_position) and (p_scope = 'all' or l.segment_id is null) and l.deleted_at is null
      order by l.id
      limit p_limit
      for no key update
    ) as k;
  end if;
  return coalesce(v_ids, '{}');
end
$$;

-- What is wrong with the arguments of a step; raises 22023.
create or replace function lead_sync.check_step(p_lead_ids uuid[], p_scope text, p_scopes text[], p_limit integer) returns void
language plpgsql immutable set search_path = '' as $$
begin
  if p_lead_ids is null and (p_scope is null or not p_scope = any (p_scopes)) then
    raise exception 'p_scope must be %, got %', array_to_string(p_scopes, ' or '), p_scope using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 20000 then
    raise exception 'p_limit must be between 1 and 20,000, got %', p_limit using errcode = '22023';
  elsif cardinality(p_lead_ids) > 10000 then
    raise exception 'At most 10,000 leads a call, got %', cardinality(p_lead_ids) using errcode = '22023', hint = 'Send smaller batches.';
  end if;
end
$$;

-- Scores leads by the published rules, one step a call: go on while has_next. Segments and bands are brought up to date first. Several sessions can work on the stale ones.
--   p_lead_ids  up to 10,000 leads; null: by p_scope
--   p_scope     stale: rules, criteria or tables changed since, or points decayed; all: every lead, by id
--   p_limit     leads a step, 1 to 20,000
--   p_position  of the step before, for all; null for the first
-- Returns {scored, changed, has_next, position, version}; with nothing published, {scored: 0, …, version: null, reason}.
create or replace function public.calculate_lead_scores(
  p_lead_ids uuid[] default null, p_scope text default 'stale', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.scoring_state;
  v_ids uuid[];
  v_outdated uuid[];
  v_changed integer := 0;
begin
  perform lead_sync.check_step(p_lead_ids, p_scope, array['stale', 'all'], p_limit);
  select * into strict v_state from lead_sync.scoring_state;
  if v_state.version = 0 then
    return jsonb_build_object(
      'scored', 0, 'changed', 0, 'has_next', false, 'position', null, 'version', null,
      'reason', 'No scoring rules are published: look at them with preview_scoring_rules() and put them in force with publish_scoring_rules()'
    );
  end if;
  perform set_config('lead_sync.engine', 'on', true);
  v_ids := lead_sync.lock_leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position);
  if v_ids <> '{}' then
    select array_agg(l.id) into v_outdated
    from public.leads as l join unnest(v_ids) as i (id) on i.id = l.id
    where l.score_epoch < greatest(v_state.enriched_epoch, v_state.segments_epoch) and l.deleted_at is null;
    if v_outdated is not null then
      perform lead_sync.write_segments(v_outdated);
    end if;
    v_changed := lead_sync.write_scores(v_ids, v_state);
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  return jsonb_build_object(
    'scored', cardinality(v_ids),
    'changed', v_changed,
    'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
    'position', case when p_lead_ids is null and p_scope = 'all' then coalesce(v_ids[cardinality(v_ids)], p_position) end,
    'version', v_state.version
  );
end
$$;

-- Gives leads the segment whose criteria they meet, one step a call: go on while has_next. Human choices stay; of rules and AI the surer one does.
--   p_lead_ids  up to 10,000 leads; null: by p_scope
--   p_scope     undecided: leads without a segment; all: every lead; both by id
--   p_limit, p_position  as in calculate_lead_scores
-- Returns {classified, changed, undecided, has_next, position}.
create or replace function public.classify_lead_segments(
  p_lead_ids uuid[] default null, p_scope text default 'undecided', p_limit integer default 5000, p_position uuid default null
) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_state lead_sync.scoring_state;
  v_ids uuid[];
  v_stale uuid[];
  v_answer jsonb := '{"changed": 0, "undecided": 0}';
begin
  perform lead_sync.check_step(p_lead_ids, p_scope, array['undecided', 'all'], p_limit);
  perform set_config('lead_sync.engine', 'on', true);
  v_ids := lead_sync.lock_leads_to_assess(p_lead_ids, case when p_lead_ids is null then p_scope else 'ids' end, p_limit, p_position);
  if v_ids <> '{}' then
    v_answer := lead_sync.write_segments(v_ids);
    select * into strict v_state from lead_sync.scoring_state;
    if v_state.version > 0 then
      select array_agg(l.id) into v_stale
      from public.leads as l join unnest(v_ids) as i (id) on i.id = l.id
      where l.score_epoch = 0;
      if v_stale is not null then
        perform lead_sync.write_scores(v_stale, v_state);
      end if;
    end if;
  end if;
  perform set_config('lead_sync.engine', 'off', true);
  return v_answer || jsonb_build_object(
    'classified', cardinality(v_ids),
    'has_next', p_lead_ids is null and cardinality(v_ids) = p_limit,
    'position', case when p_lead_ids is null then coalesce(v_ids[cardinality(v_ids)], p_position) end
  );
end
$$;

-- How scores would change, without writing anything.
--   p_sample   1 to 10,000 leads, spread over all by their random ids
--   p_version  a published version; null: the draft
-- Returns {version, leads, changed, average: {before, after}, distribution: [{from, to, before, after}], rules: [{rule_key, leads, points}],
--   examples: [{lead_id, before, after, rules}]}; before: the scores as they are now. Raises 22023 when there is no such version or no enabled rule.
create or replace function public.preview_scoring_rules(p_sample integer default 1000, p_version integer default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads public.leads[];
  v_answer jsonb;
begin
  if p_sample is null or p_sample not between 1 and 10000 then
    raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
  elsif not exists (select from lead_sync.conditions as c where c.set_no = coalesce(p_version, -1)) or p_version < 1 then
    raise exception '%', case when p_version is null then 'The draft has no enabled rule' else 'There is no published version ' || p_version end
      using errcode = '22023', hint = 'get_scoring_rules() lists the draft and the versions.';
  end if;
  select array_agg(k.l) into v_leads from (select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample) as k;

  with weighed as materialized (
    select w.lead_id, w.points, coalesce(w.score_before, 0) as before, least(100, greatest(0, round(w.total))) as after
    from lead_sync.weigh_leads(coalesce(v_leads, '{}'), coalesce(p_version, -1)) as w
  )
  select jsonb_build_object(
    'version', p_version,
    'leads', (select count(*) from weighed),
    'changed', (select count(*) from weighed as w where w.before <> w.after),
    'average', (select jsonb_build_object('before', round(avg(w.before), 1), 'after', round(avg(w.after), 1)) from weighed as w),
    'distribution', (
      select jsonb_agg(jsonb_build_object(
        'from', b * 10, 'to', case b when 9 then 100 else b * 10 + 9 end,
        'before', (select count(*) from weighed as w where least(9, greatest(0, floor(w.before / 10))) = b),
        'after', (select count(*) from weighed as w where least(9, floor(w.after / 10)) = b)
      ) order by b)
      from generate_series(0, 9) as b
    ),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object('rule_key', r.key, 'leads', r.leads, 'points', r.points) order by r.leads desc, r.key), '[]')
      from (
        select p.key, count(*) as leads, sum(p.value::numeric) as points from weighed as w cross join jsonb_each_text(w.points) as p group by p.key
      ) as r
    ),
    'examples', (
      select coalesce(jsonb_agg(jsonb_build_object('lead_id', e.lead_id, 'before', e.before, 'after', e.after, 'rules', e.points)
        order by abs(e.after - e.before) desc, e.lead_id), '[]')
      from (
        select * from weighed as w where w.before <> w.after order by abs(w.after - w.before) desc, w.lead_id limit 20
      ) as e
    )
  )
  into v_answer;
  return v_answer;
end
$$;

-- How leads score now: distribution, what each rule contributes, segments. p_sample: 1 to 10,000 leads, spread over all by their random ids.
-- Returns {leads, average, distribution: [{from, to, leads}], rules: [{rule_key, leads, points}], segments: [{segment, leads, average}]}.
create or replace function public.get_scoring_report(p_sample integer default 10000) returns jsonb
language plpgsql stable security invoker set search_path = '' as $$
declare
  v_answer jsonb;
begin
  if p_sample is null or p_sample not between 1 and 10000 then
    raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
  end if;
  with sample as materialized (
    select l.lead_score, l.score_breakdown, s.segment_name
    from (select * from public.leads as k where k.deleted_at is null order by k.id limit p_sample) as l
    left join public.customer_segments as s on s.id = l.segment_id
  )
  select jsonb_build_object(
    'leads', (select count(*) from sample),
    'average', (select round(avg(s.lead_score), 1) from sample as s),
    'distribution', (
      select jsonb_agg(jsonb_build_object(
        'from', b * 10, 'to', case b when 9 then 100 else b * 10 + 9 end,
        'leads', (select count(*) from sample as s where least(9, greatest(0, floor(s.lead_score / 10))) = b)
      ) order by b)
      from generate_series(0, 9) as b
    ),
    'rules', (
      select coalesce(jsonb_agg(jsonb_build_object('rule_key', r.key, 'leads', r.leads, 'points', r.points) order by r.leads desc, r.key), '[]')
      from (
        select p.key, count(*) as leads, sum(p.value::numeric) as points
        from sample as s cross join jsonb_each_text(s.score_breakdown -> 'rules') as p
        where jsonb_typeof(s.score_breakdown -> 'rules') = 'object'
        group by p.key
      ) as r
    ),
    'segments', (
      select coalesce(jsonb_agg(jsonb_build_object('segment', g.segment_name, 'leads', g.leads, 'average', g.average) order by g.leads desc, g.segment_name), '[]')
      from (
        select s.segment_name, count(*) as leads, round(avg(s.lead_score), 1) as average from sample as s group by s.segment_name
      ) as g
    )
  )
  into v_answer;
  return v_answer;
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.calculate_lead_scores(uuid[], text, integer, uuid) from public, anon, authenticated;
grant execute on function public.calculate_lead_scores(uuid[], text, integer, uuid) to service_role;
revoke all on function public.classify_lead_segments(uuid[], text, integer, uuid) from public, anon, authenticated;
grant execute on function public.classify_lead_segments(uuid[], text, integer, uuid) to service_role;
revoke all on function public.preview_scoring_rules(integer, integer) from public, anon, authenticated;
grant execute on function public.preview_scoring_rules(integer, integer) to service_role;
revoke all on function public.get_scoring_report(integer) from public, anon, authenticated;
grant execute on function public.get_scoring_report(integer) to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

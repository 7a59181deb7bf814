-- Scoring: which rules fit which leads, and the score at once when a lead changes.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

-- Weighs leads by a set of conditions. Texts are compared in small letters, without spaces around them; blank counts as not set.
-- Per lead: total (the groups' points, each within its limits), points {condition: points}, groups {group: points} and next_at, when time alone may change the result.
-- Plain conditions are evaluated in one scan of the set per lead: a function call a condition takes four times as long.
create or replace function lead_sync.weigh_leads(p_leads public.leads[], p_set_no integer)
returns table (
  lead_id uuid, total numeric, points jsonb, groups jsonb, next_at timestamptz, score_before numeric, segment_before uuid, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off set enable_memoize = off as $$
declare
  v_now timestamptz := clock_timestamp();
  v_used boolean[];
  v_today timestamptz := date_trunc('day', v_now, 'UTC');
  v_worded boolean[];
  v_dated boolean[];
  v_keys text[];
  v_white constant text := e' \t\r\n\f\u000b\u00a0';
  v_marks constant text := '-_.,;:/\|()[]{}&+"''!?@#*'; -- as lead_sync.words
  v_spaces constant text := repeat(' ', length(v_marks));
  v_number constant text := '^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$';
begin
  select s.used, s.keys, s.worded, s.dated into v_used, v_keys, v_worded, v_dated
  from lead_sync.condition_sets as s
  where s.set_no = p_set_no;

  return query
  with condition as materialized (
    select c.* from lead_sync.conditions as c where c.set_no = p_set_no
  ),
  timed_condition as materialized (
    select c.attribute_no, c.operator_no = 14 and c.attribute_no <> 16 as is_day, greatest(c.low, c.high, c.decay_days) as last_day
    from lead_sync.conditions as c
    where c.set_no = p_set_no and c.timed
  )
  select l.id, coalesce(w.total, 0), coalesce(w.points, '{}'), coalesce(w.groups, '{}'), t.next_at, l.lead_score, l.segment_id, l.sync_status
  from unnest(p_leads) as l
  cross join lateral (
    select
      lower(nullif(btrim(l.email, v_white), '')) as email,
      floor(date_part('epoch', v_now - l.created_at) / 86400)::integer as age
    offset 0
  ) as b
  cross join lateral (
    select array[
      case when v_used[1] then nullif(lower(btrim(l.first_name, v_white)), '') end,
      case when v_used[2] then nullif(lower(btrim(l.last_name, v_white)), '') end,
      b.email,
      case when v_used[4] then nullif(lower(btrim(l.phone, v_white)), '') end,
      case when v_used[5] then nullif(lower(btrim(l.job_title, v_white)), '') end,
      case when v_used[6] then nullif(lower(btrim(l.company_name, v_white)), '') end,
      case when v_used[7] then nullif(lower(btrim(l.company_domain, v_white)), '') end,
      case when v_used[8] then nullif(lower(btrim(l.company_size, v_white)), '') end,
      case when v_used[9] then nullif(lower(btrim(l.city, v_white)), '') end,
      case when v_used[10] then nullif(lower(btrim(l.region, v_white)), '') end,
      case when v_used[11] then nullif(lower(btrim(l.country, v_white)), '') end,
      case when v_used[12] then nullif(lower(btrim(l.postal_code, v_white)), '') end,
      case when v_used[13] then nullif(lower(btrim(l.linkedin_url, v_white)), '') end,
      case when v_used[14] then nullif(lower(btrim(l.lead_source, v_white)), '') end,
      case when v_used[15] then nullif(lower(btrim(l.lead_status, v_white)), '') end,
      case when v_used[16] then l.created_at::text end,
      case when v_used[17] then nullif(split_part(b.email, '@', 2), '') end,
      case when v_used[18] and position('@' in b.email) > 0 then
        case when split_part(b.email, '@', 2) in (select f.domain from public.free_email_domains as f) then 'free' else 'corporate' end
      end,
      case when v_used[19] then lower(lead_sync.phone_country(l.phone)) end,
      case when v_used[20] then lower(lead_sync.country_code(l.country)) end,
      case when v_used[21] then b.age::text end,
      case when v_used[22] then l.company_employees::text end,
      lower(l.company_size_band),
      lower(l.income_tier),
      case when v_used[25] and l.segment_id is not null then (select lower(btrim(s.segment_name)) from public.customer_segments as s where s.id = l.segment_id) end
    ] || case when v_keys is not null then (
      select array_agg(nullif(lower(btrim(l.attributes ->> k.key, v_white)), '') order by k.ordinality) from unnest(v_keys) with ordinality as k (key)
    ) end as texts
    offset 0
  ) as a
  cross join lateral (
    select
      case when v_worded <> '{}' then array(
        select case when w.worded then ' ' || translate(a.texts[w.no], v_marks, v_spaces) || ' ' end
        from unnest(v_worded) with ordinality as w (worded, no)
      ) end as words,
      case when v_dated <> '{}' then array(
        select case when w.dated then floor(date_part('epoch', v_now - lead_sync.day_in(a.texts[w.no])) / 86400)::integer end
        from unnest(v_dated) with ordinality as w (dated, no)
      ) end as days
    offset 0
  ) as d
  cross join lateral (
    select
      sum(p.group_points) filter (where p.is_first) as total,
      jsonb_object_agg(p.condition_key, p.points) as points,
      jsonb_object_agg(p.group_key, p.group_points) filter (where p.is_first) as groups
    from (
      select
        m.condition_key, m.group_key, m.points,
        row_number() over by_group = 1 as is_first,
        least(greatest(sum(m.points) over by_group, m.lowest), m.highest) as group_points
      from (
        select c.condition_key, c.group_key, c.lowest, c.highest,
          case
            when c.decay_days is null then c.points
            else trim_scale(round(
              c.points * greatest(0, c.decay_days - greatest(0, case when c.operator_no = 14 and c.attribute_no <> 16 then d.days[c.attribute_no] else b.age end))
                / c.decay_days, 2
            ))
          end as points
        from condition as c
        where case c.operator_no
          when 1 then a.texts[c.attribute_no] = c.text_value
          when 2 then a.texts[c.attribute_no] is distinct from c.text_value
          when 3 then a.texts[c.attribute_no] = any (c.texts)
          when 4 then a.texts[c.attribute_no] is null or a.texts[c.attribute_no] <> all (c.texts)
          when 5 then a.texts[c.attribute_no] like any (c.texts)
          when 6 then d.words[c.attribute_no] like any (c.texts)
          when 9 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision > c.low end
          when 10 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision < c.low end
          when 11 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision between c.low and c.high end
          when 12 then a.texts[c.attribute_no] is not null
          when 13 then a.texts[c.attribute_no] is null
          when 14 then case when c.attribute_no = 16 then b.age else d.days[c.attribute_no] end between 0 and c.low
        end
      ) as m
      window by_group as (partition by m.group_key)
    ) as p
  ) as w
  cross join lateral (
    select min(case
      when n.is_day then v_today + make_interval(days => greatest(1, -n.days))
      else l.created_at + make_interval(days => greatest(0, n.days + 1))
    end) as next_at
    from (
      select c.is_day, c.last_day, case when c.is_day then d.days[c.attribute_no] else b.age end as days
      from timed_condition as c
    ) as n
    where n.days <= n.last_day
  ) as t;
end
$$;

-- The segment of each lead by the criteria, next to the one it has: human choices stay; of rules and AI the surer one.
-- Of the segments that fit, the one with the lowest priority number, then the surer one, then by name.
create or replace function lead_sync.classify_leads(p_leads public.leads[])
returns table (
  lead_id uuid, segment_id uuid, confidence numeric, source text, segment_before uuid, confidence_before numeric, source_before text, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off as $$
begin
  return query
  with segment as materialized (
    select s.id, s.id::text as key, s.priority, s.threshold, s.segment_name from public.customer_segments as s where s.enabled
  )
  select
    l.id,
    case when k.kept then l.segment_id else f.id end,
    case when k.kept then l.segment_confidence else f.confidence end,
    case when k.kept then l.segment_source when f.id is not null then 'rules' end,
    l.segment_id, l.segment_confidence, l.segment_source, l.sync_status
  from unnest(p_leads) as l
  join lead_sync.weigh_leads(p_leads, 0) as w on w.lead_id = l.id
  left join lateral (
    select s.id, trim_scale(round((g.value #>> '{}')::numeric, 4)) as confidence
    from jsonb_each(w.groups) as g
    join segment as s on s.key = g.key
    where round((g.value #>> '{}')::numeric, 4) >= s.threshold
    order by s.priority, 2 desc, s.segment_name
    limit 1
  ) as f on true
  cross join lateral (
    select coalesce(l.segment_source = 'human', false) or coalesce(
      l.segment_source = 'ai' and l.segment_confidence > coalesce(f.confidence, 0) and exists (select from segment as s where s.id = l.segment_id), false
    ) as kept
  ) as k;
end
$$;

-- A lead with bands, tiers, segment and score as tables, criteria and rules have them now. A deleted lead keeps its segment and score.
-- Bands and tiers are worked out again only when the lead's epoch is older than the tables.
create or replace function lead_sync.assess_lead(p_lead public.leads) returns public.leads
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
declare
  v_state lead_sync.scoring_state;
  v_segment record;
  v_weight record;
begin
  select * into strict v_state from lead_sync.scoring_state;
  if p_lead.score_epoch < v_state.enriched_epoch then
    p_lead.company_employees := lead_sync.employees(p_lead.company_size);
    p_lead.company_size_band := lead_sync.size_band(p_lead.company_size);
    p_lead.income_tier := lead_sync.income_tier(p_lead.country, p_lead.region, p_lead.postal_code);
  end if;
  p_lead.score_epoch := v_state.epoch;
  if p_lead.deleted_at is not null then
    return p_lead;
  end if;
  if p_lead.segment_source is distinct from 'human' and (
    p_lead.segment_source is not null or exists (select from lead_sync.conditions as c where c.set_no = 0)
  ) then
    select * into v_segment from lead_sync.classify_leads(array[p_lead]);
    p_lead.segment_id := v_segment.segment_id;
    p_lead.segment_confidence := v_segment.confidence;
    p_lead.segment_source := v_segment.source;
  end if;
  if v_state.version > 0 then
    select * into v_weight from lead_sync.weigh_leads(array[p_lead], v_state.version);
    -- whole numbers: fractions would send decaying scores to Twenty every day
    p_lead.lead_score := least(100, greatest(0, round(v_weight.total)));
    p_lead.score_breakdown := jsonb_build_object(
      'raw', v_weight.total, 'score', p_lead.lead_score, 'version', v_state.version, 'scored_at', clock_timestamp(), 'rules', v_weight.points,
      'groups', v_weight.groups
    );
    p_lead.rescore_at := v_weight.next_at;
  end if;
  return p_lead;
end
$$;

-- Before a lead is written: bands, tiers, segment and score in the same row, which epoch 0 asks for. When the sync itself brought the change, a new score or segment makes the lead pending.
create or replace function lead_sync.assess_written_lead() returns trigger
language plpgsql volatile security definer set search_path = '' set plan_cache_mode = 'force_generic_plan' as $$
begin
  if tg_op = 'UPDATE' then
    if (
      new.first_name, new.last_name, new.email, new.phone, new.job_title, new.company_name, new.company_domain, new.company_size, new.city, new.region,
      new.country, new.postal_code, new.linkedin_url, new.lead_source, new.lead_status, new.attributes, new.created_at, new.deleted_at is null
    ) is not distinct from (
      old.first_name, old.last_name, old.email, old.phone, old.job_title, old.company_name, old.company_domain, old.company_size, old.city, old.region,
      old.country, old.postal_code, old.linkedin_url, old.lead_source, old.lead_status, old.attributes, old.created_at, old.deleted_at is null
    ) then
      return new;
    end if;
  end if;
  if tg_op = 'UPDATE' and (new.company_size, new.country, new.region, new.postal_code)
    is distinct from (old.company_size, old.country, old.region, old.postal_code)
  then
    new.score_epoch := 0;
  end if;
  if tg_op = 'INSERT' and new.segment_id is not null and not lead_sync.engine_is_writing() then
    new.segment_source := 'human';
    new.segment_confidence := 1;
  end if;
  new := lead_sync.assess_lead(new);
  if lead_sync.engine_is_writing() and new.sync_status = 'synced' and (
    (tg_op = 'INSERT' and (new.lead_score is not null or new.segment_id is not null))
    or (tg_op = 'UPDATE' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id))
  ) then
    new.sync_status := 'pending';
  end if;
  return new;
end
$$;

-- Before anyone but the sync writes a score or a segment: a segment chosen by hand is human from then on and stays, a blank one goes back to the rules;
-- a score in force is the rules' own.
create or replace function lead_sync.assess_chosen_lead() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if new.segment_id is distinct from old.segment_id or (new.segment_source is null and old.segment_source is not null) then
    new.segment_source := case when new.segment_id is not null and new.segment_id is distinct from old.segment_id then 'human' end;
    new.segment_confidence := case when new.segment_source = 'human' then 1 end;
    new.segment_id := case when new.segment_source = 'human' then new.segment_id end;
  end if;
  new := lead_sync.assess_lead(new);
  return new;
end
$$;

-- Makes leads due whose scores or segments changed, unless they are due already, or claimed: the claim's completion sees the change.
--   p_field  notes besides that this field changed now, which last-write-wins asks for; null for one that only goes out
create or replace function lead_sync.queue_assessed(p_lead_ids uuid[], p_field text default null) returns void
language sql volatile set search_path = '' as $$
  insert into lead_sync.lead_states as s (lead_id, due_at, due_since, changed_at)
  select i.id, n.now, n.now, case when p_field is null then '{}' else jsonb_build_object(p_field, n.now) end
  from unnest(p_lead_ids) as i (id)
  cross join (select clock_timestamp() as now offset 0) as n
  left join lead_sync.lead_states as k on k.lead_id = i.id
  where p_field is not null or (k.due_at is null and k.claim_token is null)
  on conflict (lead_id) do update set
    changed_at = s.changed_at || excluded.changed_at,
    due_at = case when s.claim_token is null then coalesce(s.due_at, excluded.due_at) else s.due_at end,
    due_since = coalesce(s.due_since, excluded.due_since);
$$;

-- After the sync inserted leads that got a score or a segment: they are due.
create or replace function lead_sync.queue_scored_inserts() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    perform lead_sync.queue_assessed(array(select n.id from new_leads as n where n.sync_status = 'pending'));
  end if;
  return null;
end
$$;

-- After the sync updated a lead whose score or segment followed: it is due.
create or replace function lead_sync.queue_scored_update() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
begin
  if lead_sync.engine_is_writing() then
    perform lead_sync.queue_assessed(array[new.id]);
  end if;
  return null;
end
$$;

-- After a segment got another name: the leads that Twenty shows it of are due, up to 20,000 at once so that the statement ends in time; a reconciliation
-- finds the others.
create or replace function lead_sync.queue_renamed_segment() returns trigger
language plpgsql volatile security definer set search_path = '' as $$
declare
  v_ids uuid[];
begin
  select array_agg(k.id) into v_ids
  from (
    select l.id from public.leads as l
    where l.segment_id = new.id and l.sync_status = 'synced' and l.deleted_at is null
    limit 20000
    for no key update skip locked
  ) as k;
  if v_ids is not null then
    perform set_config('lead_sync.engine', 'on', true);
    update public.leads as l set sync_status = 'pending' where l.id = any (v_ids);
    perform lead_sync.queue_assessed(v_ids);
    perform set_config('lead_sync.engine', 'off', true);
  end if;
  return null;
end
$$;
create or replace trigger customer_segments_queue_renamed after update of segment_name on public.customer_segments
  for each row when (new.segment_name is distinct from old.segment_name) execute function lead_sync.queue_renamed_segment();

-- By name before leads_note_write, which then sees score and segment as part of the change.
create or replace trigger leads_assess before insert or update of
  first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
  lead_status, attributes, created_at, deleted_at on public.leads
  for each row execute function lead_sync.assess_written_lead();
create or replace trigger leads_assess_chosen before update of lead_score, score_breakdown, segment_id, segment_source, segment_confidence on public.leads
  for each row when (pg_catalog.current_setting('lead_sync.engine', true) is distinct from 'on') execute function lead_sync.assess_chosen_lead();
create or replace trigger leads_queue_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.queue_scored_inserts();
create or replace trigger leads_queue_updated after update of
  first_name, last_name, email, phone, job_title, company_name, company_domain, company_size, city, region, country, postal_code, linkedin_url, lead_source,
  lead_status, attributes, created_at, deleted_at on public.leads
  for each row when (
    new.sync_status = 'pending' and (new.lead_score is distinct from old.lead_score or new.segment_id is distinct from old.segment_id)
  ) execute function lead_sync.queue_scored_update();

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

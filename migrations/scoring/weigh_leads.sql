-- Weighs leads by a set of conditions. Texts are compared in small letters, without spaces around them; blank counts as not set.
-- Per lead: total (the groups' points, each within its limits), points {condition: points}, groups {group: points}, score, which is the total as a score, and its breakdown, and
-- next_at, when time alone may change the result.
-- Plain conditions are evaluated in one scan of the set per lead: a function call a condition takes four times as long. Leads that fit the same ones, for the same points, are
-- summed up once.
create or replace function lead_sync.weigh_leads(p_leads public.leads[], p_set_no integer)
returns table (
  lead_id uuid, total numeric, points jsonb, groups jsonb, score numeric, breakdown jsonb, next_at timestamptz, score_before numeric, segment_before uuid, status_before text
)
language plpgsql stable set search_path = '' set plan_cache_mode = 'force_generic_plan' set jit = off set enable_memoize = off as $$
declare
  v_now timestamptz := clock_timestamp();
  v_used boolean[];
  v_today timestamptz := date_trunc('day', v_now, 'UTC');
  v_worded integer[]; -- attributes, by place in the list
  v_dated integer[];
  v_keys text[];
  v_white constant text := e' \t\r\n\f\u000b\u00a0';
  v_marks constant text := '-_.,;:/\|()[]{}&+"''!?@#*'; -- as lead_sync.words
  v_spaces constant text := repeat(' ', length(v_marks));
  v_number constant text := '^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$';
begin
  select
    s.used, s.keys, array(select w.no from unnest(s.worded) with ordinality as w (worded, no) where w.worded),
    -- of created_at the age is known
    array(select w.no from unnest(s.dated) with ordinality as w (dated, no) where w.dated and w.no <> 16)
  into v_used, v_keys, v_worded, v_dated
  from lead_sync.condition_sets as s
  where s.set_no = p_set_no;

  return query
  with condition as materialized (
    select c.*, row_number() over (order by c.condition_key) as no, array_position(v_worded, c.attribute_no) as word_no, array_position(v_dated, c.attribute_no) as day_no
    from lead_sync.conditions as c
    where c.set_no = p_set_no
    order by c.condition_key
  ),
  timed_condition as materialized (
    select c.attribute_no, c.day_no, c.operator_no = 14 and c.attribute_no <> 16 as is_day, greatest(c.low, c.high, c.decay_days) as last_day
    from condition as c
    where c.timed
  ),
  weighed as materialized (
    select l.id, p.points, t.next_at, l.lead_score, l.segment_id, l.sync_status
    from unnest(p_leads) as l
    cross join lateral (
      select
        lower(nullif(btrim(l.email, v_white), '')) as email,
        floor(date_part('epoch', v_now - l.created_at) / 86400)::integer as age,
        v.activity_count, v.next_at as next_activity_at, coalesce(v.last_at, l.created_at) as active_at,
        floor(date_part('epoch', v_now - coalesce(v.last_at, l.created_at)) / 86400)::integer as idle
      from (select) as always
      left join lateral (select a.* from lead_sync.activity_of(l.id, l.twenty_id, v_now) as a where v_used[26] or v_used[27] offset 0) as v on true
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
        case when v_used[25] and l.segment_id is not null then (select lower(btrim(s.segment_name)) from public.customer_segments as s where s.id = l.segment_id) end,
        case when v_used[26] then b.idle::text end,
        case when v_used[27] then b.activity_count::text end
      ] || case when v_keys is not null then (
        select array_agg(nullif(lower(btrim(l.attributes ->> k.key, v_white)), '') order by k.ordinality) from unnest(v_keys) with ordinality as k (key)
      ) end as texts
      offset 0
    ) as a
    cross join lateral (
      select
        array(select ' ' || translate(a.texts[w.no], v_marks, v_spaces) || ' ' from unnest(v_worded) as w (no)) as words,
        array(
          select case when a.texts[w.no] is not null then floor(date_part('epoch', v_now - lead_sync.day_in(a.texts[w.no])) / 86400)::integer end from unnest(v_dated) as w (no)
        ) as days
      offset 0
    ) as d
    -- in the order of the conditions; null where one does not fit
    cross join lateral (
      select array(
        select case
          when not coalesce(case c.operator_no
            when 1 then a.texts[c.attribute_no] = c.text_value
            when 2 then a.texts[c.attribute_no] is distinct from c.text_value
            when 3 then a.texts[c.attribute_no] = any (c.texts)
            when 4 then a.texts[c.attribute_no] is null or a.texts[c.attribute_no] <> all (c.texts)
            when 5 then a.texts[c.attribute_no] like any (c.texts)
            when 6 then d.words[c.word_no] like any (c.texts)
            when 9 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision > c.low end
            when 10 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision < c.low end
            when 11 then case when c.attribute_no in (21, 22) or a.texts[c.attribute_no] ~ v_number then a.texts[c.attribute_no]::double precision between c.low and c.high end
            when 12 then a.texts[c.attribute_no] is not null
            when 13 then a.texts[c.attribute_no] is null
            when 14 then case when c.attribute_no = 16 then b.age else d.days[c.day_no] end between 0 and c.low
          end, false) then null
          when c.decay_days is null then c.points
          else trim_scale(round(
            c.points * greatest(0, c.decay_days - greatest(0, case when c.operator_no = 14 and c.attribute_no <> 16 then d.days[c.day_no] else b.age end)) / c.decay_days, 2
          ))
        end
        from condition as c
      ) as points
      offset 0
    ) as p
    cross join lateral (
      select least(b.next_activity_at, min(case
        when n.is_day then v_today + make_interval(hours => 24 * greatest(1, -n.days))
        else n.since + make_interval(hours => 24 * greatest(0, n.days + 1))
      end)) as next_at
      from (
        select c.is_day, c.last_day, k.since, case when c.is_day then d.days[c.day_no] when c.attribute_no = 26 then b.idle else b.age end as days
        from timed_condition as c
        cross join lateral (select case when c.attribute_no = 26 then b.active_at else l.created_at end as since) as k
      ) as n
      where n.days <= n.last_day
    ) as t
  )
  select f.lead_id, w.total, w.points, w.groups, r.score, r.breakdown, f.next_at, f.score_before, f.segment_before, f.status_before
  from (
    select
      k.points, array_agg(k.id) as ids, array_agg(k.next_at) as next_ats, array_agg(k.lead_score) as scores, array_agg(k.segment_id) as segments, array_agg(k.sync_status) as statuses
    from weighed as k
    group by k.points
  ) as g
  cross join lateral (
    select
      coalesce(sum(p.group_points) filter (where p.is_first), 0) as total,
      coalesce(jsonb_object_agg(p.condition_key, p.points), '{}') as points,
      coalesce(jsonb_object_agg(p.group_key, p.group_points) filter (where p.is_first), '{}') as groups
    from (
      select
        c.condition_key, c.group_key, m.points,
        row_number() over by_group = 1 as is_first,
        least(greatest(sum(m.points) over by_group, c.lowest), c.highest) as group_points
      from unnest(g.points) with ordinality as m (points, no)
      join condition as c on c.no = m.no
      where m.points is not null
      window by_group as (partition by c.group_key)
    ) as p
    offset 0
  ) as w
  cross join lateral (
    -- whole numbers: fractions would send decaying scores to Twenty every day
    select s.score, jsonb_build_object('version', p_set_no, 'scored_at', v_now, 'raw', w.total, 'score', s.score, 'rules', w.points, 'groups', w.groups) as breakdown
    from (select least(100, greatest(0, round(w.total))) as score) as s
    offset 0
  ) as r
  cross join lateral unnest(g.ids, g.next_ats, g.scores, g.segments, g.statuses) as f (lead_id, next_at, score_before, segment_before, status_before);
end
$$;

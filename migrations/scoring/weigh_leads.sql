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
    select least(b.next_activity_at, min(case
      when n.is_day then v_today + make_interval(days => greatest(1, -n.days))
      else n.since + make_interval(days => greatest(0, n.days + 1))
    end)) as next_at
    from (
      select c.is_day, c.last_day, k.since, case when c.is_day then d.days[c.attribute_no] when c.attribute_no = 26 then b.idle else b.age end as days
      from timed_condition as c
      cross join lateral (select case when c.attribute_no = 26 then b.active_at else l.created_at end as since) as k
    ) as n
    where n.days <= n.last_day
  ) as t;
end
$$;

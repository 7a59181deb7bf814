-- Of the leads, those whose score, its breakdown or the time of their next one is not what a published version makes of them now. Most of all leads keep theirs when rules, criteria or
-- tables change: they are read once, neither locked nor written, so the rules are put into one statement, which looks at each lead in one go. It is made of places, numbers and
-- fixed words; every text and number of a rule is bound to it. Its values and conditions are those of weigh_leads, which writes; a test holds them to each other.
create or replace function lead_sync.leads_to_score(p_lead_ids uuid[], p_version integer) returns uuid[]
language plpgsql stable set search_path = '' set jit = off as $body$
declare
  v_names constant text[] := lead_sync.scoring_attributes();
  v_now timestamptz := clock_timestamp();
  v_keys text[];
  v_texts text[];
  v_numbers numeric[];
  v_points jsonb[];
  v_low double precision[];
  v_high double precision[];
  v_attribute_keys text[];
  v_gone text[]; -- conditions of other versions alone
  v_alike text[]; -- versions that group the conditions they share with this one alike
  v_values text;
  v_derived text;
  v_checks text;
  v_next text;
  v_reads_activity boolean;
  v_found uuid[];
begin
  with condition as materialized (
    select
      c.*, k.texts as bound, row_number() over by_key as no, cardinality(k.texts) as size, sum(cardinality(k.texts)) over by_key - cardinality(k.texts) as before,
      case when c.operator_no = 14 and c.attribute_no <> 16 then 'a.d' || c.attribute_no when c.attribute_no = 26 then 'a.idle' else 'a.age' end as days
    from lead_sync.conditions as c
    cross join lateral (select coalesce(c.texts, array[c.text_value]) as texts) as k
    where c.set_no = p_version
    window by_key as (order by c.condition_key)
  ),
  attribute as materialized (
    select
      c.attribute_no as no, min(c.no) as first, bool_or(c.operator_no not between 9 and 11 or c.attribute_no > 27) as is_text, bool_or(c.operator_no = 6) as is_worded,
      bool_or(c.operator_no = 14 and c.attribute_no <> 16) as is_dated, bool_or(c.operator_no between 9 and 11) as is_number
    from condition as c
    group by c.attribute_no
  ),
  checked as materialized (
    select c.no, format(
      'case when %s then a.rules -> $2[%s] = %s else not a.rules ? $2[%2$s] end',
      case c.operator_no
        when 1 then format('a.t%s = $3[%s]', c.attribute_no, c.before + 1)
        when 2 then format('a.t%s is distinct from $3[%s]', c.attribute_no, c.before + 1)
        when 3 then format('a.t%s = any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
        when 4 then format('(a.t%1$s is null or a.t%1$s <> all ($3[%2$s:%3$s]))', c.attribute_no, c.before + 1, c.before + c.size)
        when 5 then format('a.t%s like any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
        when 6 then format('a.w%s like any ($3[%s:%s])', c.attribute_no, c.before + 1, c.before + c.size)
        when 9 then format('a.n%s > $5[%s]', c.attribute_no, c.no)
        when 10 then format('a.n%s < $5[%s]', c.attribute_no, c.no)
        when 11 then format('a.n%s between $5[%s] and $6[%2$s]', c.attribute_no, c.no)
        when 12 then format('a.t%s is not null', c.attribute_no)
        when 13 then format('a.t%s is null', c.attribute_no)
        when 14 then format('%s between 0 and $5[%s]', c.days, c.no)
      end,
      c.no,
      case
        when c.decay_days is null then format('$7[%s]', c.no)
        else format(
          'to_jsonb(trim_scale(round($4[%s] * greatest(0, %s - greatest(0, %s)) / %2$s, 2)))',
          c.no, c.decay_days, case when c.operator_no = 14 and c.attribute_no <> 16 then c.days else 'a.age' end
        )
      end
    ) as text
    from condition as c
  ),
  timed as materialized (
    select distinct on (c.days, c.attribute_no = 26) c.days, greatest(c.low, c.high, c.decay_days) as last_day, case
      when c.operator_no = 14 and c.attribute_no <> 16 then format('$11 + make_interval(hours => 24 * greatest(1, -%s))', c.days)
      else format('%s + make_interval(hours => 24 * greatest(0, %s + 1))', case when c.attribute_no = 26 then 'a.active_at' else 'a.created_at' end, c.days)
    end as next_at
    from condition as c
    where c.timed
    order by c.days, c.attribute_no = 26, greatest(c.low, c.high, c.decay_days) desc
  )
  select
    (select array_agg(c.condition_key order by c.no) from condition as c),
    array(select t.text from condition as c cross join lateral unnest(c.bound) with ordinality as t (text, place) order by c.no, t.place),
    (select array_agg(c.points order by c.no) from condition as c),
    (select array_agg(to_jsonb(c.points) order by c.no) from condition as c),
    (select array_agg(c.low order by c.no) from condition as c),
    (select array_agg(c.high order by c.no) from condition as c),
    (select array_agg(c.attribute_key order by c.no) from condition as c),
    array(select c.condition_key from lead_sync.conditions as c where c.set_no > 0 except select c.condition_key from condition as c),
    array(
      select v.version::text from public.lead_scoring_versions as v
      where not exists (
        select from lead_sync.conditions as o join condition as c on c.condition_key = o.condition_key
        where o.set_no = v.version and (o.group_key, o.lowest, o.highest) is distinct from (c.group_key, c.lowest, c.highest)
      )
    ),
    (select string_agg(', ' || case
      when a.no = 16 then 'l.created_at::text'
      when a.no <= 15 then format('nullif(lower(btrim(l.%I, $12)), '''')', v_names[a.no])
      when a.no = 19 then 'lower(lead_sync.phone_country(l.phone))'
      when a.no = 20 then 'lower(lead_sync.country_code(l.country))'
      when a.no = 21 then 'g.age::text'
      when a.no = 22 then 'l.company_employees::text'
      when a.no in (23, 24) then format('lower(l.%I)', v_names[a.no])
      when a.no = 25 then '(select lower(btrim(s.segment_name)) from public.customer_segments as s where s.id = l.segment_id)'
      when a.no = 26 then 'g.idle::text'
      when a.no = 27 then 'g.activity_count::text'
      else format('nullif(lower(btrim(l.attributes ->> $8[%s], $12)), '''')', a.first)
    end || ' as t' || a.no, '' order by a.no) from attribute as a where a.is_text and a.no not in (3, 17, 18)),
    (select string_agg(concat(
      case a.no
        when 17 then ', nullif(split_part(v.t3, ''@'', 2), '''') as t17'
        when 18 then ', case when position(''@'' in v.t3) > 0 then case when split_part(v.t3, ''@'', 2) in (select f.domain from public.free_email_domains as f) then ''free'' else ''corporate'' end end as t18'
      end,
      case when a.is_worded then format(
        ', '' '' || translate(%s, $13, $14) || '' '' as w%s',
        case a.no
          when 17 then 'nullif(split_part(v.t3, ''@'', 2), '''')'
          else 'v.t' || a.no
        end, a.no
      ) end,
      -- as day_in has it, of which a call takes longer
      case when a.is_dated then format(
        ', case when v.t%1$s ~ ''^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])'' then $16 - (make_date(substr(v.t%1$s, 1, 4)::integer, substr(v.t%1$s, 6, 2)::integer, 1)'
          || ' + substr(v.t%1$s, 9, 2)::integer - 1) end as d%1$s',
        a.no
      ) end,
      case when a.is_number then format(', %s as n%s', case a.no
        when 21 then 'v.age'
        when 22 then 'v.company_employees'
        when 26 then 'v.idle'
        when 27 then 'v.activity_count'
        else format('case when v.t%1$s ~ ''^[-+]?[0-9]{1,15}([.][0-9]{1,9})?$'' then v.t%1$s::double precision end', a.no)
      end, a.no) end
    ), '' order by a.no) from attribute as a),
    (select string_agg(c.text, ' and ' order by c.no) from checked as c),
    (select string_agg(format('case when %s <= %s then %s end', t.days, t.last_day, t.next_at), ', ') from timed as t),
    exists (select from attribute as a where a.no in (26, 27))
  into v_keys, v_texts, v_numbers, v_points, v_low, v_high, v_attribute_keys, v_gone, v_alike, v_values, v_derived, v_checks, v_next, v_reads_activity;

  execute format($sql$
    select array_agg(a.id)
    from (
      select v.*, v.score_breakdown -> 'rules' as rules%s
      from (
        select
          l.id, l.created_at, l.company_employees, l.lead_score, l.score_breakdown, l.rescore_at, l.deleted_at, l.score_epoch, nullif(lower(btrim(l.email, $12)), '') as t3, g.*%s
        from public.leads as l
        %s
        cross join lateral (
          select
            floor(date_part('epoch', $10 - l.created_at) / 86400)::integer as age%s
        ) as g
        where l.id = any ($1)
        offset 0
      ) as v
      offset 0
    ) as a
    where case
      when a.deleted_at is not null then a.score_epoch = 0 or a.rescore_at is not null
      when a.lead_score is null then true
      else not coalesce(
        a.score_epoch <> 0 and a.lead_score = (a.score_breakdown -> 'score')::numeric and a.score_breakdown ->> 'version' = any ($9) and not a.rules ?| $15
          and a.rescore_at is not distinct from %s and %s,
        false
      )
    end
  $sql$,
    v_derived, v_values,
    case when v_reads_activity then 'cross join lateral (select * from lead_sync.activity_of(l.id, l.twenty_id, $10) offset 0) as w' end,
    case when v_reads_activity then
      ', w.activity_count, w.next_at, coalesce(w.last_at, l.created_at) as active_at, floor(date_part(''epoch'', $10 - coalesce(w.last_at, l.created_at)) / 86400)::integer as idle'
    end,
    case when v_next is null and not v_reads_activity then 'null::timestamptz' else format('least(%s)', concat_ws(', ', v_next, case when v_reads_activity then 'a.next_at' end)) end,
    v_checks
  )
  into v_found
  using
    p_lead_ids, v_keys, v_texts, v_numbers, v_low, v_high, v_points, v_attribute_keys, v_alike, v_now, date_trunc('day', v_now, 'UTC'), e' \t\r\n\f\u000b\u00a0',
    '-_.,;:/\|()[]{}&+"''!?@#*', repeat(' ', 25), v_gone, (v_now at time zone 'UTC')::date;
  return coalesce(v_found, '{}');
end
$body$;

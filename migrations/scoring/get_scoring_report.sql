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

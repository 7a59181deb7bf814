-- How scores would change, without writing anything.
--   p_sample   1 to 10,000 leads, spread over all by their random ids
--   p_version  a published version; null: the draft
-- Returns {version, seen: for publish_scoring_rules, of the draft alone, leads, changed, average: {before, after}, distribution: [{from, to, before, after}], rules: [{rule_key, leads, points}],
--   examples: [{lead_id, lead_name, email, before, after, rules}]}; before: the scores as they are now. Raises 22023 when there is no such version or no enabled rule.
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
    'seen', case when p_version is null then md5(lead_sync.scoring_draft()::text) end,
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
      select coalesce(jsonb_agg(jsonb_build_object('lead_id', e.lead_id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'before', e.before, 'after', e.after, 'rules', e.points)
        order by abs(e.after - e.before) desc, e.lead_id), '[]')
      from (
        select * from weighed as w where w.before <> w.after order by abs(w.after - w.before) desc, w.lead_id limit 20
      ) as e
      join public.leads as l on l.id = e.lead_id
    )
  )
  into v_answer;
  return v_answer;
end
$$;

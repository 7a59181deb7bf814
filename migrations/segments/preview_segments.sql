-- How leads would be spread over the segments with what is drafted in force, without changing anything.
--   p_sample   1 to 10,000 leads, spread over all by their random ids
--   p_version  a published version instead of the draft
-- Returns {leads, changed, segments: [{segment, before, after}], examples: [{lead_id, lead_name, email, before, after}], seen: for publish_segments}.
-- Raises 22023 when there is no such version, or nothing is drafted.
create or replace function public.preview_segments(p_sample integer default 1000, p_version integer default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_segments jsonb := lead_sync.segments_to_set(p_version);
  v_leads public.leads[];
  v_answer jsonb;
begin
  if p_sample is null or p_sample not between 1 and 10000 then
    raise exception 'p_sample must be between 1 and 10,000, got %', p_sample using errcode = '22023';
  end if;
  select array_agg(k.l) into v_leads from (select l from public.leads as l where l.deleted_at is null order by l.id limit p_sample) as k;
  begin
    perform lead_sync.set_segments(v_segments, false);
    with names as materialized (
      select s.id, coalesce(n.value ->> 'segment_name', s.segment_name) as name
      from public.customer_segments as s left join jsonb_array_elements(v_segments) as n on n.value ->> 'id' = s.id::text
    ),
    classified as materialized (
      select c.lead_id, b.name as before, a.name as after
      from lead_sync.classify_leads(coalesce(v_leads, '{}')) as c
      left join names as b on b.id = c.segment_before
      left join names as a on a.id = c.segment_id
    )
    select jsonb_build_object(
      'seen', md5(v_segments::text),
      'leads', (select count(*) from classified),
      'changed', (select count(*) from classified as c where c.before is distinct from c.after),
      'segments', (
        select coalesce(jsonb_agg(to_jsonb(g) order by g.after desc, g.segment), '[]')
        from (
          select s.segment, count(*) filter (where s.is_before) as before, count(*) filter (where not s.is_before) as after
          from (select c.before as segment, true as is_before from classified as c union all select c.after, false from classified as c) as s
          group by s.segment
        ) as g
      ),
      'examples', (
        select coalesce(jsonb_agg(jsonb_build_object(
          'lead_id', l.id, 'lead_name', nullif(concat_ws(' ', l.first_name, l.last_name), ''), 'email', l.email, 'before', e.before, 'after', e.after
        ) order by l.id), '[]')
        from (select * from classified as c where c.before is distinct from c.after order by c.lead_id limit 20) as e
        join public.leads as l on l.id = e.lead_id
      )
    )
    into v_answer;
    raise exception using errcode = 'LSPRE'; -- takes the segments back
  exception when sqlstate 'LSPRE' then
    null;
  end;
  return v_answer;
end
$$;

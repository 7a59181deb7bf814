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

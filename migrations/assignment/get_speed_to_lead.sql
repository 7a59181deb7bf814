-- How fast leads reach us and people, by source, of the touches that came in from p_from until before p_to, the newest 10,000 of them. A lead's first touch of all makes it a new one.
-- Returns {touches, unassigned, untouched, sources: [{source, touches, new_leads, to_supabase: {p50, p95}, to_twenty: {p50, p95}, to_response: {p50, p95}, unassigned, untouched}]}, in seconds:
-- from the provider's event until it was here, until its person was written to Twenty (new leads), until the first response (assigned leads). unassigned: leads that no sales rep was found for;
-- untouched: leads without a response.
create or replace function public.get_speed_to_lead(p_from timestamptz, p_to timestamptz) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_sources jsonb;
begin
  with touch as materialized (
    select t.id, t.lead_id, t.source, t.touched_at, t.created_at from public.lead_touches as t
    where t.created_at >= p_from and t.created_at < p_to
    order by t.created_at desc
    limit 10000
  ),
  measured as (
    select
      t.source, a.touch_id is not null as arrived, a.member_id, a.assigned_at, a.first_response_at, f.is_first,
      greatest(extract(epoch from t.created_at - t.touched_at), 0) as to_supabase,
      case when w.at is not null then greatest(extract(epoch from w.at - t.touched_at), 0) end as to_twenty,
      case when a.first_response_at is not null then greatest(extract(epoch from a.first_response_at - t.touched_at), 0) end as to_response
    from touch as t
    left join public.lead_assignments as a on a.lead_id = t.lead_id and a.touch_id = t.id
    cross join lateral (
      select t.lead_id is not null and not exists (select from public.lead_touches as o where o.lead_id = t.lead_id and o.id < t.id) as is_first
    ) as f
    left join lateral (
      select min(h.synced_at) as at from public.lead_sync_history as h
      where f.is_first and h.lead_id = t.lead_id and h.synced_at >= t.created_at and h.sync_direction = 'supabase_to_twenty' and h.sync_status = 'synced'
    ) as w on true
  )
  select jsonb_agg(jsonb_build_object(
    'source', s.source, 'touches', s.touches, 'new_leads', s.new_leads, 'unassigned', s.unassigned, 'untouched', s.untouched,
    'to_supabase', jsonb_build_object('p50', round(s.to_supabase[1]::numeric, 1), 'p95', round(s.to_supabase[2]::numeric, 1)),
    'to_twenty', jsonb_build_object('p50', round(s.to_twenty[1]::numeric, 1), 'p95', round(s.to_twenty[2]::numeric, 1)),
    'to_response', jsonb_build_object('p50', round(s.to_response[1]::numeric, 1), 'p95', round(s.to_response[2]::numeric, 1))
  ) order by s.touches desc, s.source)
  into v_sources
  from (
    select
      m.source, count(*) as touches, count(*) filter (where m.is_first) as new_leads,
      count(*) filter (where m.arrived and m.assigned_at is not null and m.member_id is null) as unassigned,
      count(*) filter (where m.arrived and m.first_response_at is null) as untouched,
      percentile_cont(array[0.5, 0.95]) within group (order by m.to_supabase) as to_supabase,
      percentile_cont(array[0.5, 0.95]) within group (order by m.to_twenty) as to_twenty,
      percentile_cont(array[0.5, 0.95]) within group (order by m.to_response) as to_response
    from measured as m
    group by m.source
  ) as s;
  return jsonb_build_object(
    'touches', coalesce((select sum((s ->> 'touches')::integer) from jsonb_array_elements(v_sources) as s), 0),
    'unassigned', coalesce((select sum((s ->> 'unassigned')::integer) from jsonb_array_elements(v_sources) as s), 0),
    'untouched', coalesce((select sum((s ->> 'untouched')::integer) from jsonb_array_elements(v_sources) as s), 0),
    'sources', coalesce(v_sources, '[]')
  );
end
$$;

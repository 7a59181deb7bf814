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

  if not exists (select from lead_sync.conditions as n where n.set_no = 0)
    and not exists (select from public.leads as l where l.id = any (p_lead_ids) and l.segment_source <> 'human')
  then
    return jsonb_build_object(
      'changed', 0, 'undecided', (select count(*) from public.leads as l where l.id = any (p_lead_ids) and l.segment_id is null and l.deleted_at is null)
    );
  end if;
  select array_agg(l) into v_leads
  from public.leads as l join unnest(p_lead_ids) as i (id) on i.id = l.id
  where l.deleted_at is null;

  perform set_config('lead_sync.prepared', 'on', true);
  with classified as materialized (
    -- planned by now: the key of each segment that is written would be looked up by a plan of its own
    select c.* from (select set_config('plan_cache_mode', 'auto', true) offset 0) as g cross join lead_sync.classify_leads(v_leads) as c
  ),
  write_leads as (
    update public.leads as l set
      segment_id = c.segment_id,
      segment_confidence = c.confidence,
      segment_source = c.source,
      updated_at = clock_timestamp(),
      score_epoch = case when c.segment_id is distinct from c.segment_before and u.used then 0 else l.score_epoch end,
      sync_status = case when c.segment_id is distinct from c.segment_before and l.sync_status in ('synced', 'outside') then 'pending' else l.sync_status end
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
  perform set_config('plan_cache_mode', 'force_custom_plan', true), set_config('lead_sync.prepared', 'off', true);
  perform lead_sync.queue_assessed(v_changed);
  return v_answer;
end
$$;

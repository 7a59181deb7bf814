-- Notes the touches that leads came with. A lead's source is that of its first touch, by their times, where it has no other: one that a person or a form set stays.
-- p_items: [{index, snapshot: {touch}}], p_results: [{index, lead_id}]. The caller holds the leads' locks.
create or replace function lead_sync.note_touches(p_items jsonb, p_results jsonb) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_noted bigint[];
  v_lead_ids uuid[];
begin
  with noted as (
    insert into public.lead_touches (
      lead_id, source, external_id, kind, touched_at, campaign, ad_set, ad, form, medium, landing_page, agent, duration_seconds, outcome, raw
    )
    select
      (r ->> 'lead_id')::uuid, t.touch ->> 'source', t.touch ->> 'external_id', t.touch ->> 'kind', coalesce((t.touch ->> 'time')::timestamptz, clock_timestamp()),
      t.touch ->> 'campaign', t.touch ->> 'ad_set', t.touch ->> 'ad', t.touch ->> 'form', t.touch ->> 'medium', t.touch ->> 'landing_page', t.touch ->> 'agent',
      (t.touch ->> 'duration_seconds')::numeric, t.touch ->> 'outcome', case when s.touch_raw_days > 0 then nullif(t.touch -> 'raw', 'null') end
    from jsonb_array_elements(p_items) as i
    cross join lateral (select i -> 'snapshot' -> 'touch' as touch) as t
    join jsonb_array_elements(p_results) as r on r -> 'index' = i -> 'index'
    cross join lead_sync.settings as s
    where t.touch is not null and r ->> 'lead_id' is not null
    order by (i ->> 'index')::integer
    on conflict (source, external_id) do nothing
    returning id, lead_id
  )
  select array_agg(n.id), array_agg(distinct n.lead_id) into v_noted, v_lead_ids from noted as n;
  perform lead_sync.rescore_active(p_lead_ids => v_lead_ids);

  update public.leads as l set lead_source = f.source
  from (
    select distinct on (t.lead_id) t.lead_id, t.source, t.touched_at from public.lead_touches as t where t.id = any (v_noted)
    order by t.lead_id, t.touched_at, t.id
  ) as f
  left join lateral (
    select t.source, t.touched_at from public.lead_touches as t where t.lead_id = f.lead_id and t.id <> all (v_noted)
    order by t.touched_at, t.id limit 1
  ) as b on true
  where l.id = any (v_lead_ids) and l.id = f.lead_id and l.lead_source is distinct from f.source
    and case when b.source is null then l.lead_source is null else f.touched_at < b.touched_at and coalesce(l.lead_source, b.source) = b.source end;
end
$$;

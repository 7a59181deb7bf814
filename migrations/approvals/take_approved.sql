-- Merges the next snapshots that a yes was said to, as they were read then; what was merged since is passed over, and what is read from another field of Twenty since is left out. p_id: an approval; null: any. Returns how many were taken.
create or replace function lead_sync.take_approved(p_id bigint, p_limit integer) returns integer
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_read record;
  v_taken integer := 0;
begin
  if not exists (select from lead_sync.approvals as a where a.side = 'supabase' and a.decision = 'yes') then
    return 0;
  end if;
  for v_read in
    select i.read_started_at, jsonb_agg(
      i.snapshot - moved.fields || case when i.snapshot ? 'attributes' then jsonb_build_object('attributes', (i.snapshot -> 'attributes') - moved.attributes) else '{}' end
    ) as snapshots, array_agg(i.lead_id) as lead_ids, i.approval_id
    from (
      select n.* from lead_sync.approval_items as n join lead_sync.approvals as a on a.id = n.approval_id
      where a.side = 'supabase' and a.decision = 'yes' and n.snapshot is not null and (p_id is null or a.id = p_id)
      order by n.approval_id, n.lead_id
      limit p_limit
      for update of n skip locked
    ) as i
    cross join lateral (
      select coalesce(array_agg(m.lead_field), '{}') as fields, coalesce(array_agg(substr(m.lead_field, length('attributes.') + 1)) filter (where m.lead_field like 'attributes.%'), '{}') as attributes
      from lead_sync.field_mappings as m
      where m.object = (select s.object from lead_sync.settings as s) and m.place_since > i.read_started_at
    ) as moved
    group by i.read_started_at, i.approval_id
  loop
    perform public.upsert_leads(v_read.snapshots, 'twenty', v_read.read_started_at);
    update lead_sync.approval_items as i set snapshot = null where i.approval_id = v_read.approval_id and i.lead_id = any (v_read.lead_ids);
    v_taken := v_taken + cardinality(v_read.lead_ids);
  end loop;
  return v_taken;
end
$$;

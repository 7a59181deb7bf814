-- Resolves, as resolve_conflict does but in a few statements for all, those conflicts of leads against which nothing speaks. What it leaves open, a company's fields too, resolve_conflict decides or
-- says why not. The leads are locked. Raises what the write of any lead raises.
create or replace function lead_sync.resolve_plain_conflicts(p_conflict_ids bigint[], p_take text) returns void
language plpgsql volatile set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_plain bigint[];
  v_values jsonb;
begin
  with chosen as materialized (
    select c, coalesce(n.object, (select o.object from lead_sync.objects as o where o.adapter = 'lead'), (select s.object from lead_sync.settings as s)) as object
    from public.lead_sync_conflicts as c left join public.lead_sync_runs as n on n.id = c.run_id
    where c.id = any (p_conflict_ids) and c.resolved_at is null and c.field not in ('company_name', 'company_domain')
  ),
  rules as materialized (
    select o.object, r as rule from (select distinct object from chosen) as o cross join lateral jsonb_array_elements(lead_sync.rules(o.object)) as r
  )
  select array_agg((h.c).id) into v_plain
  from chosen as h
  join lead_sync.lead_states as s on s.lead_id = (h.c).lead_id and s.adapter = 'lead'
  join public.leads as l on l.id = s.lead_id
  left join rules as r on r.object = h.object and r.rule ->> 'field' = (h.c).field
  where p_take = 'neither' or (
    r.rule ->> 'direction' not in ('none', case p_take when 'supabase' then 'to_supabase' else 'none' end)
    and lead_sync.conflict_problem(h.c, r.rule ->> 'kind', lead_sync.lead_values(l) -> (h.c).field, s.base_remote -> (h.c).field) is null
  );

  select jsonb_object_agg(w.lead_id, w.values) into v_values
  from (
    select c.lead_id, jsonb_object_agg(c.field, case p_take when 'twenty' then c.twenty_value else c.supabase_value end) as values
    from public.lead_sync_conflicts as c
    where c.id = any (v_plain) and p_take not in ('neither', c.winner)
    group by c.lead_id
  ) as w;
  if v_values is not null then
    perform lead_sync.set_lead_values(v_values);
  end if;
  update public.lead_sync_conflicts as c set resolved_at = clock_timestamp(), resolution = p_take, resolved_by = lead_sync.actor() where c.id = any (v_plain);
  perform public.note_action('resolve_conflict', jsonb_build_object('conflict_id', c.id, 'lead_id', c.lead_id, 'field', c.field, 'take', p_take))
  from public.lead_sync_conflicts as c where c.id = any (v_plain);
end
$$;

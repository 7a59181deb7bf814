-- What waits for a yes, and what was decided, the newest first.
--   p_status  open | decided | all
--   p_limit   1 to 100
-- Returns {approvals: [{id, kind, side, run_id, opened_at, decision, decided_at, decided_by, version, leads, left, fields: {field: leads}, examples: [{lead_id, name, email, change}]}]};
-- side: where it would be written; version: for decide_approval, while it is open; left: people who are still to be merged; examples: ten of the leads. Raises 22023 on a malformed call.
create or replace function public.get_approvals(p_status text default 'open', p_limit integer default 20) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
begin
  if p_status is null or p_status not in ('open', 'decided', 'all') then
    raise exception 'p_status must be open, decided or all, got %', p_status using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 100 then
    raise exception 'p_limit must be between 1 and 100, got %', p_limit using errcode = '22023';
  end if;
  return jsonb_build_object('approvals', coalesce((
    select jsonb_agg(to_jsonb(a) || jsonb_build_object(
      'version', case when a.decision is null then lead_sync.approval_version(a.id) end,
      'leads', (select count(*) from lead_sync.approval_items as i where i.approval_id = a.id),
      'left', (select count(*) from lead_sync.approval_items as i where i.approval_id = a.id and i.snapshot is not null),
      'fields', (
        select coalesce(jsonb_object_agg(f.key, f.leads), '{}')
        from (select k as key, count(*) as leads from lead_sync.approval_items as i cross join jsonb_object_keys(i.change) as k where i.approval_id = a.id group by k) as f
      ),
      'examples', (
        select coalesce(jsonb_agg(e), '[]')
        from (
          select l.id as lead_id, nullif(concat_ws(' ', l.first_name, l.last_name), '') as name, l.email, i.change
          from lead_sync.approval_items as i join public.leads as l on l.id = i.lead_id
          where i.approval_id = a.id
          order by i.lead_id
          limit 10
        ) as e
      )
    ) order by a.id desc)
    from (
      select * from lead_sync.approvals as p
      where case p_status when 'open' then p.decision is null when 'decided' then p.decision is not null else true end
      order by p.id desc
      limit p_limit
    ) as a
  ), '[]'));
end
$$;

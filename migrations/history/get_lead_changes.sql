-- What the sync changed of leads and people, and of rows of other synced tables, the newest first, as far back as changes_days of the settings.
--   p_lead_id, p_run_id  of this lead, of this run; null: of all
--   p_position           where the page before ended
-- Returns {changes: [{changed_at, lead_id, object, name (these two null for leads), email, run_id, side, made_by, before, after}], has_next, position}. Raises 22023 on a malformed call.
create or replace function public.get_lead_changes(
  p_lead_id uuid default null, p_run_id uuid default null, p_limit integer default 100, p_position text default null
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_changes jsonb;
  v_position text;
  v_has_next boolean;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1000, got %', p_limit using errcode = '22023';
  elsif p_position !~ '^\d{4}-\d\d-\d\dT[0-9:.+-]+ [0-9a-f-]{36} (supabase|twenty)$' then
    raise exception 'p_position must come from the page before' using errcode = '22023';
  end if;
  with page as materialized (
    select c.*
    from lead_sync.lead_changes as c
    where (p_lead_id is null or c.lead_id = p_lead_id)
      and (p_run_id is null or c.run_id = p_run_id)
      and (
        p_position is null
        or (c.changed_at, c.lead_id, c.side) < (split_part(p_position, ' ', 1)::timestamptz, split_part(p_position, ' ', 2)::uuid, split_part(p_position, ' ', 3))
      )
    order by c.changed_at desc, c.lead_id desc, c.side desc
    limit p_limit + 1
  ),
  shown as materialized (
    select p.*, l.email, l.id is not null as is_lead, row_number() over (order by p.changed_at desc, p.lead_id desc, p.side desc) as place
    from page as p left join public.leads as l on l.id = p.lead_id
    order by place limit p_limit
  )
  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'changed_at', s.changed_at, 'lead_id', s.lead_id, 'object', d.object, 'name', d.name, 'email', s.email, 'run_id', s.run_id, 'side', s.side, 'made_by', s.made_by,
        'before', s.before, 'after', s.after
      ) order by s.place
    ), '[]'),
    (array_agg(to_jsonb(s.changed_at) #>> '{}' || ' ' || s.lead_id || ' ' || s.side order by s.place desc))[1],
    (select count(*) > p_limit from page)
  into v_changes, v_position, v_has_next
  from shown as s
  left join lead_sync.describe_rows(array(select o.lead_id from shown as o where not o.is_lead)) as d on d.lead_id = s.lead_id;
  return jsonb_build_object('changes', v_changes, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;

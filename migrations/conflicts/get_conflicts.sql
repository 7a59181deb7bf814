-- Lists conflicts, the newest first: who won, both values, why, and the value now. Those of rows of other tables name their object, and what the row is called.
--   p_status    open | resolved | all
--   p_lead_id   only those of this lead        p_field  only those of this field
--   p_limit     1 to 1,000
--   p_position  the position of the page before; null for the first page
-- Returns {conflicts: [{id, lead_id, object, twenty_id, email, lead_name, field, winner, supabase_value, twenty_value, current_value, reason, created_at, resolved_at, resolution, resolved_by}],
--   total, fields: [{field, open}], has_next, position}; fields: all that have open conflicts, most first.
create or replace function public.get_conflicts(
  p_status text default 'open', p_lead_id uuid default null, p_limit integer default 100, p_position bigint default null,
  p_field text default null
) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_conflicts jsonb;
  v_has_next boolean;
  v_open jsonb; -- how many are open, by field
  v_total bigint;
begin
  if p_status is null or p_status not in ('open', 'resolved', 'all') then
    raise exception 'p_status must be open, resolved or all, got %', p_status using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;

  with page as materialized (
    select c.* from public.lead_sync_conflicts as c
    join lead_sync.lead_states as r on r.lead_id = c.lead_id
    where (p_position is null or c.id < p_position)
      and (p_lead_id is null or c.lead_id = p_lead_id)
      and (p_field is null or c.field = p_field)
      and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
    order by c.id desc
    limit p_limit + 1
  ),
  shown as materialized (
    select * from page as p order by p.id desc limit p_limit
  )
  select
    coalesce(jsonb_agg(
      (to_jsonb(s) - 'run_id') || jsonb_build_object(
        'object', l.object, 'twenty_id', l.twenty_id, 'email', l.email, 'lead_name', l.name, 'current_value', l.local -> s.field
      )
      order by s.id desc
    ), '[]'),
    (select count(*) from page) > p_limit
  into v_conflicts, v_has_next
  from shown as s
  join lead_sync.describe_rows(array(select o.lead_id from shown as o)) as l on l.lead_id = s.lead_id;

  select coalesce(jsonb_object_agg(f.field, f.open), '{}') into v_open
  from (
    select c.field, count(*) as open from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id
    where c.resolved_at is null
    group by c.field
  ) as f;
  if p_status = 'open' and p_lead_id is null then
    v_total := (select coalesce(sum(f.value::bigint), 0) from jsonb_each(v_open) as f where p_field is null or f.key = p_field);
  else
    v_total := (
      select count(*) from public.lead_sync_conflicts as c join lead_sync.lead_states as r on r.lead_id = c.lead_id
      where (p_lead_id is null or c.lead_id = p_lead_id) and (p_field is null or c.field = p_field) and (p_status = 'all' or (p_status = 'open') = (c.resolved_at is null))
    );
  end if;
  return jsonb_build_object(
    'conflicts', v_conflicts,
    'total', v_total,
    'fields', (select coalesce(jsonb_agg(jsonb_build_object('field', f.key, 'open', f.value) order by f.value::bigint desc, f.key), '[]') from jsonb_each(v_open) as f),
    'has_next', v_has_next,
    'position', v_conflicts -> -1 -> 'id'
  );
end
$$;

-- Lists the leads that wait for a human, by id, and rows of other synced tables: those name their object, and what the row is called.
--   p_kind      dead (refused too often) | held (tombstone, duplicate_of: released by themselves when the e-mail becomes free)
--   p_limit     1 to 1,000
--   p_position  the position of the page before; null for the first page
-- Returns {leads: [{lead_id, object, name, twenty_id, first_name, last_name, email, kind, reason, category, attempts, since, due_since, held_by}], total, has_next, position}.
create or replace function public.get_dead_letters(p_kind text default 'dead', p_limit integer default 100, p_position uuid default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_leads jsonb;
  v_has_next boolean;
begin
  if p_kind is null or p_kind not in ('dead', 'held') then
    raise exception 'p_kind must be dead or held, got %', p_kind using errcode = '22023';
  elsif p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;

  with page as materialized (
    select * from lead_sync.stuck_leads(p_kind) as s
    where p_position is null or s.lead_id > p_position
    order by s.lead_id
    limit p_limit + 1
  ),
  shown as materialized (
    select * from page as p order by p.lead_id limit p_limit
  )
  select
    coalesce(jsonb_agg(
      jsonb_build_object(
        'lead_id', l.lead_id, 'object', l.object, 'name', l.name, 'twenty_id', l.twenty_id, 'first_name', l.first_name, 'last_name', l.last_name, 'email', l.email, 'kind', p_kind,
        'reason', s.reason, 'category', s.category, 'attempts', s.attempts, 'since', s.since, 'due_since', s.due_since, 'held_by', s.held_by
      )
      order by l.lead_id
    ), '[]'),
    (select count(*) from page) > p_limit
  into v_leads, v_has_next
  from shown as s
  join lead_sync.describe_rows(array(select o.lead_id from shown as o)) as l on l.lead_id = s.lead_id;

  return jsonb_build_object(
    'leads', v_leads,
    'total', (select count(*) from lead_sync.stuck_leads(p_kind)),
    'has_next', v_has_next,
    'position', v_leads -> -1 -> 'lead_id'
  );
end
$$;

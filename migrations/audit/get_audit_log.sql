-- Who did what, the newest first, as far back as archive_days of the settings.
--   p_action  only what begins with this, e.g. resolve_conflict; null: everything     p_position  the position of the page before
-- Returns {entries: [{id, done_at, done_by, action, subject}], has_next, position}. Raises 22023 on a malformed call.
create or replace function public.get_audit_log(p_action text default null, p_limit integer default 100, p_position bigint default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_entries jsonb;
  v_position bigint;
  v_has_next boolean;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1000, got %', p_limit using errcode = '22023';
  end if;
  with page as materialized (
    select a.* from lead_sync.audit_log as a
    where (p_position is null or a.id < p_position) and (p_action is null or starts_with(a.action, p_action))
    order by a.id desc
    limit p_limit + 1
  ),
  shown as materialized (select * from page as p order by p.id desc limit p_limit)
  select coalesce(jsonb_agg(to_jsonb(s) order by s.id desc), '[]'), min(s.id), (select count(*) > p_limit from page)
  into v_entries, v_position, v_has_next
  from shown as s;
  return jsonb_build_object('entries', v_entries, 'has_next', v_has_next, 'position', case when v_has_next then v_position end);
end
$$;

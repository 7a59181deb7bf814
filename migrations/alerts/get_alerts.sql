-- The rules of alerts, each as the monitor saw it last, and what was told, the newest first, as far back as 30 days.
--   p_limit, p_position  of what was told: 1 to 1,000, the position of the page before
-- Returns {alerts: [{alert, title, enabled, severity, threshold, minimum, directions, pending_for, clear_for, reminders, escalate_after, paused_until, advice, state, since}], quiet: {quiet_from, quiet_until,
--   quiet_zone, now}, monitor_at, told: [{id, alert, kind, severity, title, message, at, sent_at}], has_next, position}. Raises 22023 on a malformed call.
create or replace function public.get_alerts(p_limit integer default 20, p_position bigint default null) returns jsonb
language plpgsql stable security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_told jsonb;
  v_has_next boolean;
begin
  if p_limit is null or p_limit not between 1 and 1000 then
    raise exception 'p_limit must be between 1 and 1,000, got %', p_limit using errcode = '22023';
  end if;
  with page as materialized (
    select n.* from lead_sync.alert_notifications as n where p_position is null or n.id < p_position order by n.id desc limit p_limit + 1
  )
  select
    coalesce(jsonb_agg(to_jsonb(p) - array['advice', 'since', 'examples', 'offered_until'] order by p.id desc), '[]'), (select count(*) > p_limit from page)
  into v_told, v_has_next
  from (select * from page as o order by o.id desc limit p_limit) as p;
  return jsonb_build_object(
    'alerts', (
      select coalesce(jsonb_agg(
        to_jsonb(r) || jsonb_build_object('state', coalesce(s.state, 'ok'), 'since', case when s.state <> 'ok' then s.since end)
        order by s.state is not distinct from 'firing' desc, r.enabled desc, r.severity, r.alert
      ), '[]')
      from lead_sync.alert_rules as r left join lead_sync.alert_states as s on s.alert = r.alert
    ),
    'quiet', (
      select jsonb_build_object('quiet_from', s.quiet_from, 'quiet_until', s.quiet_until, 'quiet_zone', s.quiet_zone, 'now', lead_sync.is_quiet(now()))
      from lead_sync.settings as s
    ),
    'monitor_at', (select h.at from lead_sync.heartbeats as h where h.source = 'monitor'),
    'told', v_told, 'has_next', v_has_next, 'position', case when v_has_next then v_told -> -1 -> 'id' end
  );
end
$$;

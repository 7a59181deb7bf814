-- One round of the monitor: evaluates the conditions, advances each alert's memory, and hands out what is to be told and was not confirmed as sent.
-- What is paused, and warnings within the quiet hours, wait, and are told with the figures of then.
--   p_now     for tests
--   p_source  monitor: notes the heartbeat; anything else looks on, and is handed what is to be told while the monitor is silent or was never there
-- Returns {at, health, alerts, notifications: [{id, alert, kind: raised|reminder|escalated|recovered, severity, title, message, advice, since, at, examples}],
--   heartbeat, metrics}. A notification handed out comes again after two minutes unless confirm_alert_notifications was called for it.
create or replace function public.update_sync_alerts(p_now timestamptz default now(), p_source text default 'monitor') returns jsonb
language plpgsql volatile security invoker set search_path = '' set plan_cache_mode = 'force_custom_plan' as $$
declare
  v_figures jsonb;
  v_examples jsonb;
  v_rule lead_sync.alert_rules;
  v_alert record;
  v_kind text;
  v_notifications jsonb;
  v_alerts jsonb;
  v_quiet boolean := lead_sync.is_quiet(p_now);
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.update_sync_alerts'));
  perform lead_sync.fold_rollups(p_now);
  if exists (select from lead_sync.alert_states as s where s.alert = 'monitor_silent' and s.state = 'firing') then
    -- its silence was told: that it looks again is the end of it
    perform lead_sync.note_heartbeat(p_source, p_now);
  end if;
  v_figures := lead_sync.measure_sync(p_now);
  v_examples := v_figures -> 'examples';
  v_figures := v_figures - 'examples';

  for v_alert in select * from lead_sync.judge_alerts(v_figures) loop
    select * into strict v_rule from lead_sync.alert_rules as r where r.alert = v_alert.alert;
    v_kind := lead_sync.advance_alert(v_rule, v_alert.active, p_now);
    if v_kind is not null then
      perform lead_sync.note_notification(v_rule, v_kind, v_alert.message, v_examples -> v_alert.alert, p_now);
    end if;
    if v_alert.active then
      update lead_sync.alert_notifications as n set message = v_alert.message, examples = coalesce(v_examples -> v_alert.alert, '[]'), at = p_now
      where n.alert = v_alert.alert and n.sent_at is null and n.kind <> 'recovered';
    end if;
  end loop;

  perform lead_sync.note_heartbeat(p_source, p_now);
  insert into lead_sync.backlog_samples (at, pending)
  values (p_now, (v_figures #>> '{leads,pending}')::bigint + (v_figures #>> '{leads,syncing}')::bigint)
  on conflict do nothing;
  delete from lead_sync.backlog_samples as s where s.at < p_now - interval '2 hours';

  with offered as (
    update lead_sync.alert_notifications as n set offered_until = p_now + interval '2 minutes'
    where n.sent_at is null and coalesce(n.offered_until <= p_now, true)
      and not exists (select from lead_sync.alert_rules as r where r.alert = n.alert and (not r.enabled or r.paused_until > p_now))
      and (n.severity = 'critical' or n.alert = 'test' or not v_quiet)
      and (p_source = 'monitor' or v_figures #>> '{heartbeat,last}' is null or (v_figures #>> '{heartbeat,silent}')::boolean)
    returning n.*
  )
  select coalesce(jsonb_agg(to_jsonb(o) - 'offered_until' - 'sent_at' order by o.severity, o.id), '[]') into v_notifications from offered as o;

  select coalesce(jsonb_agg(to_jsonb(a) - 'advice'), '[]') into v_alerts from lead_sync.judge_alerts(v_figures) as a;
  return jsonb_build_object(
    'at', p_now,
    'health', lead_sync.judge_health(v_alerts),
    'alerts', v_alerts,
    'notifications', v_notifications,
    'heartbeat', v_figures -> 'heartbeat',
    'metrics', v_figures
  );
end
$$;

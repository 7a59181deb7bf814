-- Has the next run of the monitor tell a message to all its channels, quiet hours or not; get_alerts shows when one of them took it. One at a time. Returns {id, monitor_at}.
create or replace function public.send_test_alert() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_id bigint;
begin
  perform pg_advisory_xact_lock(hashtext('lead_sync.update_sync_alerts'));
  select n.id into v_id from lead_sync.alert_notifications as n where n.alert = 'test' and n.sent_at is null;
  if not found then
    insert into lead_sync.alert_notifications (alert, kind, severity, title, message, advice, since, at)
    values ('test', 'raised', 'warning', 'Test message', format('%s asked for it. Nothing is wrong.', lead_sync.actor()), '', clock_timestamp(), clock_timestamp())
    returning id into v_id;
    perform public.note_action('send_test_alert', jsonb_build_object('id', v_id));
  end if;
  return jsonb_build_object('id', v_id, 'monitor_at', (select h.at from lead_sync.heartbeats as h where h.source = 'monitor'));
end
$$;

-- At the end of a transaction that changed leads: calls, unless another call was made within the last 250 ms. The push workflow waits longer than that before it
-- looks, so that a change that made no call of its own is committed by then. Whatever goes wrong here, the writer's transaction commits.
create or replace function lead_sync.call_for_push() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_target lead_sync.instant_push;
  v_now bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  delete from lead_sync.push_wishes as w where w.xact = new.xact;
  if v_now - (select c.last_value from lead_sync.last_push_call as c) between 0 and 249 then
    return null;
  end if;
  begin
    select * into strict v_target from lead_sync.instant_push;
    perform setval('lead_sync.last_push_call', v_now);
    perform pg_notify('lead_sync_due', '');
    if v_target.url is not null and lead_sync.has_pg_net() then
      perform net.http_post(
        url := v_target.url,
        body := '{"event": "leads.due"}'::jsonb,
        headers := jsonb_build_object('Content-Type', 'application/json', 'X-Lead-Sync-Secret', v_target.secret),
        timeout_milliseconds := 5000
      );
    end if;
  exception when others then
    raise log 'The instant push was not called (%): %', sqlstate, sqlerrm;
  end;
  return null;
end
$$;

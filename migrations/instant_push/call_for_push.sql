-- At the end of a transaction that changed leads or rows of other objects, brought leads in, or changed rows that go to the edge: calls, unless another call of the kind was made within the last
-- 250 ms. The push workflow waits longer than that before it looks, so that a change that made no call of its own is committed by then. One address pushes all objects: the call names the one
-- that is not leads, {event: rows.due, object: opportunity}, and NOTIFY has its name as payload. Whatever goes wrong here, the writer's transaction commits.
create or replace function lead_sync.call_for_push() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_target lead_sync.instant_push;
  v_last_call regclass := to_regclass(format('lead_sync.%I', 'last_' || new.target || '_call'));
  v_object text;
  v_url text;
  v_now bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  delete from lead_sync.push_wishes as w where w.xact = new.xact and w.target = new.target;
  if v_now - coalesce(pg_sequence_last_value(v_last_call), 0) between 0 and 249 then
    return null;
  end if;
  begin
    select * into strict v_target from lead_sync.instant_push;
    perform setval(v_last_call, v_now);
    select o.object into v_object from lead_sync.objects as o where o.adapter || '_push' = new.target;
    perform pg_notify(case new.target when 'edge' then 'lead_sync_edge_due' when 'arrivals' then 'lead_sync_arrived' else 'lead_sync_due' end, coalesce(v_object, ''));
    v_url := case new.target when 'edge' then v_target.edge_url when 'arrivals' then v_target.arrivals_url else v_target.url end;
    if v_url is not null and lead_sync.has_pg_net() then
      perform net.http_post(
        url := v_url,
        body := jsonb_strip_nulls(jsonb_build_object(
          'event', case new.target when 'push' then 'leads.due' when 'arrivals' then 'leads.arrived' else 'rows.due' end, 'object', v_object
        )),
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

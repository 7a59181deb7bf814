-- At the end of a transaction that changed leads, brought some in, or changed rows that go to the edge: calls, unless another call of the kind was made within the last 250 ms. The push workflow
-- waits longer than that before it looks, so that a change that made no call of its own is committed by then. Whatever goes wrong here, the writer's transaction commits.
create or replace function lead_sync.call_for_push() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_target lead_sync.instant_push;
  v_last bigint;
  v_url text;
  v_now bigint := floor(extract(epoch from clock_timestamp()) * 1000);
begin
  delete from lead_sync.push_wishes as w where w.xact = new.xact and w.target = new.target;
  v_last := case new.target
    when 'push' then (select c.last_value from lead_sync.last_push_call as c)
    when 'edge' then (select c.last_value from lead_sync.last_edge_call as c)
    else (select c.last_value from lead_sync.last_arrivals_call as c)
  end;
  if v_now - v_last between 0 and 249 then
    return null;
  end if;
  begin
    select * into strict v_target from lead_sync.instant_push;
    perform setval(format('lead_sync.last_%s_call', new.target)::regclass, v_now);
    perform pg_notify(case new.target when 'push' then 'lead_sync_due' when 'edge' then 'lead_sync_edge_due' else 'lead_sync_arrived' end, '');
    v_url := case new.target when 'push' then v_target.url when 'edge' then v_target.edge_url else v_target.arrivals_url end;
    if v_url is not null and lead_sync.has_pg_net() then
      perform net.http_post(
        url := v_url,
        body := jsonb_build_object('event', case new.target when 'push' then 'leads.due' when 'edge' then 'rows.due' else 'leads.arrived' end),
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

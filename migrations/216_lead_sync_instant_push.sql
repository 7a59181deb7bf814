-- Supabase → Twenty at once: a change that must go out calls the push workflow, by pg_net where that extension is installed, and by NOTIFY for whoever
-- listens. Off until enable_instant_push() is called. Nothing depends on it: a call that is lost is made up for by the schedule.

set local lock_timeout = '10s';
set local statement_timeout = '5min';
select lead_sync.begin_migration();

create table if not exists lead_sync.instant_push (
  only_row boolean primary key default true check (only_row),
  url text check (url ~ '^https?://[^[:space:]]+$'),
  secret text,
  constraint instant_push_secret check ((url is null) = (secret is null))
);
comment on table lead_sync.instant_push is 'Its row turns instant pushes on';
comment on column lead_sync.instant_push.url is 'Address of the push workflow''s webhook; null: NOTIFY only';
comment on column lead_sync.instant_push.secret is 'What the call carries in the header X-Lead-Sync-Secret';

-- One row while a transaction that changed leads runs: its deferred trigger acts once, when the transaction commits.
create table if not exists lead_sync.push_wishes (xact xid8 primary key default pg_current_xact_id());

-- When the last call was made, in milliseconds since 1970. A sequence: no writer ever waits for another one, and none fails to serialise.
create sequence if not exists lead_sync.last_push_call;

alter table lead_sync.instant_push enable row level security;
alter table lead_sync.push_wishes enable row level security;
revoke all on lead_sync.instant_push, lead_sync.push_wishes from public, anon, authenticated;
revoke all on sequence lead_sync.last_push_call from public, anon, authenticated;
grant select, insert, update, delete on lead_sync.instant_push, lead_sync.push_wishes to service_role;
grant select, update on sequence lead_sync.last_push_call to service_role;

-- Whether the extension pg_net can be called. Looked up in the catalog: who may not use the extension must be able to ask.
create or replace function lead_sync.has_pg_net() returns boolean
language sql stable set search_path = '' as $$
  select exists (
    select from pg_catalog.pg_proc as p join pg_catalog.pg_namespace as n on n.oid = p.pronamespace where n.nspname = 'net' and p.proname = 'http_post'
  )
$$;

-- After leads were written: when one of them must go out, the transaction calls at its end. Rows keep no trace of it. Of what the sync itself writes, only a lead
-- that was at rest counts: one that a reconciliation queues, a replay, a hold that ended. An echo leaves it at rest, and what comes back from a push waits its turn.
create or replace function lead_sync.wish_for_push() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if not exists (select from lead_sync.instant_push) or not exists (select from new_leads as n where n.sync_status = 'pending') then
    return null;
  end if;
  if not lead_sync.engine_is_writing() then
    insert into lead_sync.push_wishes default values on conflict do nothing;
  elsif tg_op = 'UPDATE' and exists (
    select from new_leads as n join old_leads as o on o.id = n.id where n.sync_status = 'pending' and o.sync_status in ('synced', 'error')
  ) then
    insert into lead_sync.push_wishes default values on conflict do nothing;
  end if;
  return null;
end
$$;

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

create or replace trigger leads_wish_for_push_inserted after insert on public.leads
  referencing new table as new_leads for each statement execute function lead_sync.wish_for_push();
create or replace trigger leads_wish_for_push_updated after update on public.leads
  referencing old table as old_leads new table as new_leads for each statement execute function lead_sync.wish_for_push();
drop trigger if exists push_wishes_call on lead_sync.push_wishes;
create constraint trigger push_wishes_call after insert on lead_sync.push_wishes
  deferrable initially deferred for each row execute function lead_sync.call_for_push();

-- Turns instant pushes on: from now on, a change that must go out calls the push workflow within milliseconds of its commit, at most four times a second.
--   p_url     address of the push workflow's webhook, called by pg_net; null: only NOTIFY on the channel lead_sync_due
--   p_secret  what the call carries in the header X-Lead-Sync-Secret; left out, the one that is set stays, or one is made
-- Returns {enabled, calls: notify | notify and pg_net, channel, header, secret, hint}; secret only when it was made here: put it into n8n's credential.
create or replace function public.enable_instant_push(p_url text default null, p_secret text default null) returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
declare
  v_url text := nullif(btrim(p_url), '');
  v_secret text := p_secret;
  v_made text;
  v_calls boolean;
begin
  if v_url !~ '^https?://[^[:space:]]+$' then
    raise exception 'p_url is not an address' using errcode = '22023', hint = 'Copy the production URL of the node "When leads are due" in n8n, https://….';
  elsif v_url is null and p_secret is not null then
    raise exception 'A secret needs an address to go to' using errcode = '22023', hint = 'Give p_url, too, or neither.';
  elsif length(p_secret) < 16 then
    raise exception 'The secret is shorter than 16 characters' using errcode = '22023', hint = 'Leave p_secret out: one is made.';
  end if;
  if v_url is not null and v_secret is null then
    select i.secret into v_secret from lead_sync.instant_push as i;
    if v_secret is null then
      v_made := replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
      v_secret := v_made;
    end if;
  end if;

  insert into lead_sync.instant_push (url, secret) values (v_url, v_secret)
  on conflict (only_row) do update set url = excluded.url, secret = excluded.secret;
  perform setval('lead_sync.last_push_call', 1);

  v_calls := v_url is not null and lead_sync.has_pg_net();
  return jsonb_build_object(
    'enabled', true,
    'calls', case when v_calls then 'notify and pg_net' else 'notify' end,
    'channel', 'lead_sync_due',
    'header', 'X-Lead-Sync-Secret',
    'secret', v_made,
    'hint', case
      when v_url is not null and not v_calls then
        'The extension pg_net is not installed, so that nothing calls the address: install it (Supabase: Database, Extensions), or let something listen to the channel.'
    end
  );
end
$$;

-- Turns instant pushes off; the schedule sends what changes. Returns {enabled: false, was_enabled}.
create or replace function public.disable_instant_push() returns jsonb
language plpgsql volatile security invoker set search_path = '' as $$
begin
  delete from lead_sync.instant_push as i where i.only_row;
  return jsonb_build_object('enabled', false, 'was_enabled', found);
end
$$;

revoke all on all functions in schema lead_sync from public, anon, authenticated;
grant execute on all functions in schema lead_sync to service_role;
revoke all on function public.enable_instant_push(text, text) from public, anon, authenticated;
grant execute on function public.enable_instant_push(text, text) to service_role;
revoke all on function public.disable_instant_push() from public, anon, authenticated;
grant execute on function public.disable_instant_push() to service_role;

select lead_sync.end_migration();
notify pgrst, 'reload schema';

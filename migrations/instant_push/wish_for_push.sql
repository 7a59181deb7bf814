-- After leads were written: when one of them must go out, the transaction calls at its end. Rows keep no trace of it. Of what the sync itself writes, only a lead
-- that was at rest counts: one that a reconciliation queues, a replay, a hold that ended. An echo leaves it at rest, and what comes back from a push waits its turn.
create or replace function lead_sync.wish_for_push() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
  if not exists (select from lead_sync.instant_push) or not exists (select from new_leads as n where n.sync_status = 'pending') then
    return null;
  end if;
  if not lead_sync.engine_is_writing() then
    insert into lead_sync.push_wishes (target) values ('push') on conflict do nothing;
  elsif tg_op = 'UPDATE' and exists (
    select from new_leads as n join old_leads as o on o.id = n.id where n.sync_status = 'pending' and o.sync_status in ('synced', 'outside', 'error')
  ) then
    insert into lead_sync.push_wishes (target) values ('push') on conflict do nothing;
  end if;
  return null;
end
$$;

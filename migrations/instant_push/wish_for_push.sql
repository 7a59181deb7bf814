-- After leads, or rows of another synced table, were written: when one of them must go out, the transaction calls at its end. Rows keep no trace of it. Of what the sync itself writes, only a row
-- that was at rest counts: one that a reconciliation queues, a replay, a hold that ended. An echo leaves it at rest, and what comes back from a push waits its turn. tg_argv: as of note_lead_write.
create or replace function lead_sync.wish_for_push() returns trigger
language plpgsql security definer set search_path = '' set enable_nestloop = off as $$
begin
  if not exists (select from lead_sync.instant_push) or not exists (select from new_leads as n where n.sync_status = 'pending') then
    return null;
  elsif lead_sync.engine_is_writing() then
    if tg_op = 'INSERT' or not exists (
      select from new_leads as n join old_leads as o on o.id = n.id where n.sync_status = 'pending' and o.sync_status in ('synced', 'outside', 'error')
    ) then
      return null;
    end if;
  end if;
  if tg_nargs = 0 then
    perform lead_sync.wish_for_call('push');
  elsif lead_sync.is_synced(tg_argv[0]) then
    perform lead_sync.wish_for_call(tg_argv[0] || '_push');
  end if;
  return null;
end
$$;

-- Has constraint triggers on leads and other synced tables that wait for the end of the transaction fire now: there, what they raise would fail the whole call.
create or replace function lead_sync.check_now() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from pg_catalog.pg_trigger as t join lead_sync.objects as o on t.tgrelid = o.row_table::regclass where t.tginitdeferred) then
    set constraints all immediate;
  end if;
end
$$;

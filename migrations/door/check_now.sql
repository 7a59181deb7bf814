-- Has constraint triggers on leads that wait for the end of the transaction fire now: there, what they raise would fail the whole call.
create or replace function lead_sync.check_now() returns void
language plpgsql volatile set search_path = '' as $$
begin
  if exists (select from pg_catalog.pg_trigger as t where t.tgrelid = 'public.leads'::regclass and t.tginitdeferred) then
    set constraints all immediate;
  end if;
end
$$;

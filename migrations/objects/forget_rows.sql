-- After rows of a synced table went: what was agreed for them and their conflicts go with them. tg_argv: the adapter.
create or replace function lead_sync.forget_rows() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_op = 'TRUNCATE' then
    delete from public.lead_sync_conflicts as c using lead_sync.lead_states as s where s.lead_id = c.lead_id and s.adapter = tg_argv[0];
    delete from lead_sync.lead_states as s where s.adapter = tg_argv[0];
  else
    delete from public.lead_sync_conflicts as c using old_rows as o where c.lead_id = o.id;
    delete from lead_sync.lead_states as s using old_rows as o where s.lead_id = o.id;
  end if;
  return null;
end
$$;

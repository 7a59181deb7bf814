-- After events were stored, and after e-mails were: an event may come before its e-mail, or the other way round.
create or replace function lead_sync.note_email_events() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  if tg_table_name = 'emails' then
    perform lead_sync.fold_email_events(array(select n.id from new_rows as n));
  else
    perform lead_sync.fold_email_events(array(select n.email_id from new_rows as n));
  end if;
  return null;
end
$$;

-- After rows of a source were written: their keys. The argument is the key's column. Whatever goes wrong here, the writer's transaction goes on, and all rows are read again.
create or replace function lead_sync.note_source_changes() returns trigger
language plpgsql security definer set search_path = '' as $$
begin
  -- what write_to_sources writes it knows; what a trigger of the table's own writes on top it does not
  if coalesce(current_setting('lead_sync.writes_source', true), '') = 'on' and pg_trigger_depth() = 1 then
    return null;
  end if;
  begin
    execute format(
      'insert into lead_sync.source_changes (source, key) ' || case tg_op
        when 'INSERT' then 'select $1, n.%1$I::text from new_rows as n'
        when 'DELETE' then 'select $1, o.%1$I::text from old_rows as o'
        else 'select $1, n.%1$I::text from new_rows as n union select $1, o.%1$I::text from old_rows as o'
      end, tg_argv[0]
    ) using tg_relid::regclass;
  exception when others then
    raise warning 'lead sync could not note which rows of % were written, and will read all: %', tg_relid::regclass, sqlerrm;
    insert into lead_sync.source_changes (source) values (tg_relid::regclass);
  end;
  perform lead_sync.wish_for_call('push');
  return null;
end
$$;

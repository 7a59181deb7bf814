-- After rows of a source were written: their keys, and which one became which. The argument is the key's column. Whatever goes wrong here, the writer's transaction goes on, and all rows are read again.
create or replace function lead_sync.note_source_changes() returns trigger
language plpgsql security definer set search_path = '' as $$
declare
  v_keys bigint;
  v_rows bigint[]; -- before and after
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
    if tg_op = 'UPDATE' then
      get diagnostics v_keys = row_count;
      v_rows := array[(select count(*) from old_rows), (select count(*) from new_rows)];
      -- PostgreSQL notes the row before and the row after in turn; one that a trigger kept out of another partition has no after
      if v_keys > v_rows[2] and v_rows[1] = v_rows[2] then
        execute format(
          'insert into lead_sync.source_changes (source, key, key_before)
          select $1, n.key, o.key
          from (select t.%1$I::text as key, row_number() over () as place from new_rows as t) as n
          join (select t.%1$I::text as key, row_number() over () as place from old_rows as t) as o on o.place = n.place
          where n.key <> o.key
          order by n.place', tg_argv[0]
        ) using tg_relid::regclass;
      end if;
    end if;
  exception when others then
    raise warning 'lead sync could not note which rows of % were written, and will read all: %', tg_relid::regclass, sqlerrm;
    insert into lead_sync.source_changes (source) values (tg_relid::regclass);
  end;
  perform lead_sync.wish_for_call('push');
  return null;
end
$$;
